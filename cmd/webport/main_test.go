package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/webport/webport"
	"github.com/webport/webport/native"
)

// TestMain makes the test binary play webport itself and the native apps that
// its extensions talk to.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"webport":    main,
		"ping_pong":  func() { os.Exit(native.Main(pong)) },
		"last_words": func() { os.Exit(native.Main(lastWords)) },
		"passwords":  func() { os.Exit(native.Main(passwords)) },
		"echo_app":   func() { os.Exit(native.Main(echo)) },
	})
}

// pong is the native app of the specification's second example.
func pong(ctx context.Context, port *webport.Port) error {
	for {
		message, err := webport.Decode[string](ctx, port)
		if err != nil {
			return err
		}
		if message != "ping" {
			fmt.Fprintf(os.Stderr, "no answer to %q\n", message)
			continue
		}
		if err := port.Post("pong"); err != nil {
			return err
		}
	}
}

// echo is a native app that sends every message back.
func echo(_ context.Context, port *webport.Port) error {
	for message := range port.Messages() {
		if err := port.Post(message); err != nil {
			return err
		}
	}
	return nil
}

// lastWords is a native app that says when its input has ended.
func lastWords(ctx context.Context, port *webport.Port) error {
	if err := port.Post("ready"); err != nil {
		return err
	}
	<-ctx.Done()
	fmt.Fprintln(os.Stderr, "good bye")
	return nil
}

func TestScripts(t *testing.T) {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	apps := map[string]string{} // for native manifests
	for variable, name := range map[string]string{"PING_PONG": "ping_pong", "LAST_WORDS": "last_words", "PASSWORDS": "passwords", "ECHO": "echo_app"} {
		app, err := exec.LookPath(name)
		if err != nil {
			t.Fatal(err)
		}
		apps[variable] = filepath.ToSlash(app)
	}
	seed := filepath.Join(root, "..", "shared", "seed", "examples")
	browserpass, realAppsDir := os.Getenv("WEBPORT_BROWSERPASS"), os.Getenv("WEBPORT_REAL_APPS")
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("GORACE", os.Getenv("GORACE")) // browsers do not wait for the second that a racing program takes to exit
			env.Setenv("PROJECT", root)
			env.Setenv("EXAMPLES", filepath.Join(root, "examples"))
			env.Setenv("SEED", seed)
			env.Setenv("BROWSERPASS", browserpass)
			env.Setenv("REAL_APPS", realAppsDir)
			for variable, app := range apps {
				env.Setenv(variable, app)
			}
			return nil
		},
		// What is not part of the project is skipped where it is missing: [!seed], [!browserpass], [!realapps].
		Condition: func(name string) (bool, error) {
			switch name {
			case "seed":
				return exists(filepath.Join(seed, "background-script.js")), nil
			case "realapps":
				return realAppsDir != "", nil
			case "browserpass":
				return exists(filepath.Join(browserpass, "manifest.json")), nil
			}
			return false, fmt.Errorf("unknown condition %q", name)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"expand": expand, "status": status, "until": until},
	})
}

// expand FILE... replaces $NAME in files, for native manifests.
func expand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: expand FILE...")
	}
	for _, name := range args {
		text := os.Expand(ts.ReadFile(name), ts.Getenv)
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o666))
	}
}

// status N COMMAND... runs a command, whose exit status must be N.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N COMMAND...")
	}
	got := 0
	if exit, ok := errors.AsType[*exec.ExitError](ts.Exec(args[1], args[2:]...)); ok {
		got = exit.ExitCode()
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit status %d, want %s", got, args[0])
	}
}

// until FILES REGEXP waits until one of the files, of which there may be none yet,
// has a text.
func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: until FILES REGEXP")
	}
	text := regexp.MustCompile("(?m)" + args[1])
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		files, err := filepath.Glob(ts.MkAbs(args[0]))
		ts.Check(err)
		for _, file := range files {
			if content, err := os.ReadFile(file); err == nil && text.Match(content) {
				return
			}
		}
	}
	ts.Fatalf("none of %s has %#q", args[0], args[1])
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}
