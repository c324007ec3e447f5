// Command setup builds the native app ping_pong and writes the native manifest
// by which browsers of both kinds, and webport run --native DIR, find it there:
//
//	go run ./examples/native/setup DIR
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// The extension in examples/native: its id in Chromium comes from the "key" in
// its manifest.json, in Firefox it stands there as it is.
const (
	chromiumOrigin = "chrome-extension://jmbdlaaponcjcpppjbnakcmahfkmpckf/"
	firefoxID      = "ping@webport.example"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "use: go run ./examples/native/setup DIR")
		os.Exit(2)
	}
	if err := setUp(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "setup:", err)
		os.Exit(1)
	}
}

func setUp(dir string) error {
	dir, err := filepath.Abs(dir) // browsers want the app's path absolute
	if err != nil {
		return err
	}
	app := filepath.Join(dir, "ping_pong")
	if runtime.GOOS == "windows" {
		app += ".exe"
	}
	build := exec.Command("go", "build", "-o", app, "github.com/webport/webport/examples/pingpong")
	build.Stdout, build.Stderr = os.Stdout, os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("build the native app: %w", err)
	}
	// Chromium reads allowed_origins and Firefox allowed_extensions; Firefox refuses a file that has both.
	for browser, allowed := range map[string]map[string]any{
		"chromium": {"allowed_origins": []string{chromiumOrigin}},
		"firefox":  {"allowed_extensions": []string{firefoxID}},
	} {
		allowed["name"] = "ping_pong"
		allowed["description"] = "Answers ping with pong"
		allowed["path"] = app
		allowed["type"] = "stdio"
		text, err := json.MarshalIndent(allowed, "", "  ")
		if err != nil {
			return err
		}
		manifests := filepath.Join(dir, browser)
		if err := os.MkdirAll(manifests, 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(manifests, "ping_pong.json"), append(text, '\n'), 0o666); err != nil {
			return err
		}
	}
	return nil
}
