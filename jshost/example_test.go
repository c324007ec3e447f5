package jshost_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"

	"github.com/webport/webport"
	"github.com/webport/webport/jshost"
)

// A background script answers a Go program of the same extension.
func Example() {
	const id = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	broker := &webport.Broker{}
	extension, err := jshost.NewExtension(jshost.ExtensionInfo{
		ID: id, BaseURL: "chrome-extension://" + id + "/",
		Manifest: json.RawMessage(`{"manifest_version": 3, "name": "Greeter", "version": "1"}`),
	})
	if err != nil {
		log.Fatal(err)
	}
	defer extension.Close()
	background, err := jshost.New(jshost.Options{
		Name: "background of Greeter", Extension: extension,
		Endpoint: broker.Attach(webport.EndpointInfo{Extension: id}),
		Console:  func(line jshost.Line) { fmt.Println("console:", line.Text) },
	})
	if err != nil {
		log.Fatal(err)
	}
	defer background.Close()
	ctx := context.Background()
	err = background.Call(ctx, func() {
		err := background.Run("background.js", `
			chrome.runtime.onConnect.addListener((port) => {
				console.log(port.name, "connected");
				port.onMessage.addListener((m) => port.postMessage({hello: m.name}));
			});`)
		if err != nil {
			log.Fatal(err)
		}
	})
	if err != nil {
		log.Fatal(err)
	}

	program := broker.Attach(webport.EndpointInfo{Extension: id})
	defer program.Close()
	port, err := program.Connect(webport.ConnectInfo{Name: "go"})
	if err != nil {
		log.Fatal(err)
	}
	if err := port.Post(map[string]string{"name": "gopher"}); err != nil {
		log.Fatal(err)
	}
	answer, err := port.Receive(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(answer))
	// Output:
	// console: go connected
	// {"hello":"gopher"}
}
