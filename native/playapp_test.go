//go:build unix

package native

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/webport/webport"
)

// early is a logger made before Main: what it prints must not reach the browser either.
var early = log.New(os.Stdout, "", 0)

// playApp is the test binary as a native app that misbehaves on request. A part may have an argument: "exit 3".
func playApp(part string) int {
	name, arg, _ := strings.Cut(part, " ")
	switch name {
	case "echo":
		return Main(echo)
	case "noisy":
		return Main(noisy)
	case "crowd":
		return Main(crowd)
	case "large":
		return Main(large)
	case "closing":
		return Main(func(ctx context.Context, port *webport.Port) error { large(ctx, port); return port.Close() })
	case "stuck-closed":
		return Main(func(_ context.Context, port *webport.Port) error { port.Close(); select {} })
	case "stuck":
		return Main(func(context.Context, *webport.Port) error { select {} })
	case "early":
		return Main(func(_ context.Context, p *webport.Port) error { return p.Post("done") })
	case "failing":
		return Main(func(context.Context, *webport.Port) error { return fmt.Errorf("the disk is full") })
	case "raw": // writes what is hex, then ends like the rest of it says
		return rawApp(arg)
	case "who":
		wd, _ := os.Getwd()
		return send(map[string]any{"args": os.Args, "cwd": wd, "variable": os.Getenv("COLOUR"), "leader": syscall.Getpgrp() == os.Getpid()})
	case "exit":
		code, _ := strconv.Atoi(arg)
		return code
	case "die":
		syscall.Exec("/bin/sh", []string{"sh", "-c", "kill -" + arg + " $$"}, nil)
	case "hundred":
		for i := range 100 {
			send(i)
		}
		return 0
	case "closes-stdout":
		send("last")
		os.Stdout.Close()
		io.Copy(io.Discard, os.Stdin)
		return 0
	case "closes-stdin":
		os.Stdin.Close()
		for i := range 3 {
			send(i)
			time.Sleep(10 * time.Millisecond)
		}
		return 0
	case "leaves-child": // the child holds stdout and goes on talking
		child := exec.Command("/bin/sh", "-c", `sleep 0.1; printf '\006\000\000\000"late"'; exec cat >/dev/null`)
		child.Stdin, child.Stdout = os.Stdin, os.Stdout
		child.Start()
		return 0
	case "stderr":
		fmt.Fprint(os.Stderr, "one\r\ntwo\n\nno end")
		return 4
	case "ignores-eof", "ignores-term":
		return stubborn(name == "ignores-term")
	case "leaves-group": // of its own for that of who started it
		group, _ := syscall.Getpgid(os.Getppid())
		if err := syscall.Setpgid(0, group); err != nil {
			panic(err)
		}
		return stubborn(true)
	case "reads-when": // there is a file called arg
		for {
			if _, err := os.Stat(arg); err == nil {
				break
			}
			time.Sleep(time.Millisecond)
		}
		io.Copy(io.Discard, os.Stdin)
		return 0
	case "writes-when": // there is a file called arg, after the end of its standard input
		io.Copy(io.Discard, os.Stdin)
		fmt.Fprintln(os.Stderr, "EOF")
		for {
			if _, err := os.Stat(arg); err == nil {
				return send(strings.Repeat("x", 1<<20-2))
			}
			time.Sleep(time.Millisecond)
		}
	case "counts":
		return counts()
	}
	fmt.Fprintf(os.Stderr, "no such part: %q\n", part)
	return 99
}

func echo(_ context.Context, port *webport.Port) error {
	for m := range port.Messages() {
		if err := port.Post(m); err != nil {
			return err
		}
	}
	return nil
}

// noisy prints in every way that a careless program does.
func noisy(ctx context.Context, port *webport.Port) error {
	m, err := port.Receive(ctx)
	if err == nil {
		fmt.Println("fmt says hello")
		early.Println("an early logger says hello")
		os.NewFile(1, "stdout").WriteString("descriptor 1 says hello\n")
		child := exec.Command("/bin/echo", "a child says hello")
		child.Stdout = os.Stdout
		child.Run()
		err = port.Post(m)
	}
	return err
}

// crowd posts from many goroutines at once, and returns at once.
func crowd(_ context.Context, port *webport.Port) error {
	var all sync.WaitGroup
	for i := range 10 {
		all.Go(func() {
			for j := range 100 {
				if err := port.Post([]int{i, j}); err != nil {
					panic(err)
				}
			}
		})
	}
	all.Wait()
	return nil
}

// large answers with the error that Post gives for the largest message that passes and the first that does not.
func large(_ context.Context, port *webport.Port) error {
	most := json.RawMessage(`"` + strings.Repeat("x", maxFromApp-2) + `"`)
	if err := port.Post(append(json.RawMessage(" "), most...)); err != nil {
		port.Post(err.Error())
	}
	return port.Post(most)
}

func send(v any) int {
	text, _ := json.Marshal(v)
	os.Stdout.Write(frame(string(text)))
	return 0
}

// rawApp writes the bytes in its argument and then reads standard input to its end.
func rawApp(arg string) int {
	text, err := strconv.Unquote(arg)
	if err != nil {
		panic(err)
	}
	io.Copy(os.Stdout, bytes.NewReader([]byte(text)))
	io.Copy(io.Discard, os.Stdin)
	return 0
}

// stubborn stays after the end of its standard input. It says so on standard error, and what signal it hears of.
func stubborn(ignoreTerm bool) int {
	terms := make(chan os.Signal, 1)
	signal.Notify(terms, syscall.SIGTERM)
	send("ready")
	io.Copy(io.Discard, os.Stdin)
	fmt.Fprintln(os.Stderr, "EOF")
	for range terms {
		fmt.Fprintln(os.Stderr, "SIGTERM")
		if !ignoreTerm {
			return 0
		}
	}
	return 0
}

// counts reports on standard error the sizes of the frames that it got before the end.
func counts() int {
	in := frameReader{r: os.Stdin, limit: 1 << 32}
	for {
		body, err := in.next()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 0
		}
		text := string(body)
		if len(text) > 40 {
			text = fmt.Sprintf("%d bytes", len(text))
		}
		fmt.Fprintln(os.Stderr, text)
	}
}
