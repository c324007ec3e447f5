// Command pingpong is the native app "ping_pong": it answers "ping" with "pong".
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/webport/webport"
	"github.com/webport/webport/native"
)

func main() { os.Exit(native.Main(pong)) }

func pong(ctx context.Context, port *webport.Port) error {
	for {
		message, err := webport.Decode[string](ctx, port)
		if err != nil {
			return err
		}
		if message != "ping" {
			fmt.Printf("no answer to %q: I only know ping\n", message) // to standard error: native.Main sees to it
			continue
		}
		if err := port.Post("pong"); err != nil {
			return err
		}
	}
}
