package main

import (
	"context"

	"github.com/webport/webport"
)

// passwords plays the native app of Browserpass: it has one store with one
// password in it, and answers one message, as sendNativeMessage asks for.
func passwords(ctx context.Context, port *webport.Port) error {
	request, err := webport.Decode[struct{ Action string }](ctx, port)
	if err != nil {
		return err
	}
	answer := map[string]any{"status": "ok", "version": 3_001_000}
	switch request.Action {
	case "configure":
		answer["data"] = map[string]any{
			"defaultStore": map[string]string{"path": "/store", "settings": "{}"}, "storeSettings": map[string]any{},
		}
	case "list":
		answer["data"] = map[string]any{"files": map[string][]string{"default": {"example.com/alice.gpg"}}}
	default:
		answer = map[string]any{"status": "error", "code": 12, "params": map[string]string{"message": "Invalid request action"}}
	}
	if err := port.Post(answer); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}
