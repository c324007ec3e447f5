// Command echo is a native app that sends every message back, byte for byte.
package main

import (
	"context"
	"os"

	"github.com/webport/webport"
	"github.com/webport/webport/native"
)

func main() { os.Exit(native.Main(echo)) }

func echo(_ context.Context, port *webport.Port) error {
	for message := range port.Messages() {
		if err := port.Post(message); err != nil {
			return err
		}
	}
	return nil
}
