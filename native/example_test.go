package native_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/webport/webport"
	"github.com/webport/webport/native"
)

// A native app that adds up what it is sent.
func ExampleMain() {
	os.Exit(native.Main(func(ctx context.Context, port *webport.Port) error {
		sum := 0.0
		for {
			n, err := webport.Decode[float64](ctx, port)
			if err != nil {
				return err // also at the end, which Main knows from a failure
			}
			sum += n
			if err := port.Post(map[string]float64{"sum": sum}); err != nil {
				return err
			}
		}
	}))
}

// What runtime.connectNative("ping_pong") does in Firefox, for an extension that its native manifest allows.
func ExampleConnect() {
	ctx := context.Background()
	port, err := native.Connect(ctx, "ping_pong", &native.ConnectOptions{
		Browser:   "firefox",
		Extension: "ping_pong@example.org",
	})
	if err != nil {
		log.Fatal(err) // names every place that was looked at
	}
	defer port.Close()
	if err := port.Post("ping"); err != nil {
		log.Fatal(err)
	}
	answer, err := webport.Decode[string](ctx, port)
	fmt.Println(answer, err)
}

// Endpoints of a broker start native apps through a Launcher.
func ExampleLauncher() {
	launcher := &native.Launcher{
		Dirs:   []string{"/etc/chromium/native-messaging-hosts"},
		Stderr: func(application, line string) { log.Printf("%s: %s", application, line) },
	}
	broker := &webport.Broker{Native: launcher.Launch}
	background := broker.Attach(webport.EndpointInfo{Extension: "abcdefghijklmnopabcdefghijklmnop"})
	defer background.Close()
	port, err := background.ConnectNative("ping_pong")
	if err != nil {
		log.Fatal(err)
	}
	_, err = port.Receive(context.Background())
	fmt.Println(err) // that there is no such app shows here, as in onDisconnect
}
