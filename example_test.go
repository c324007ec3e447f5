package webport_test

import (
	"context"
	"fmt"

	"github.com/webport/webport"
)

// A content script and a background of one extension talk, as in the
// specification's first example.
func Example() {
	ctx := context.Background()
	var broker webport.Broker
	background := broker.Attach(webport.EndpointInfo{Extension: "my-extension"})
	defer background.Close()
	listener, _ := background.Listen()
	go func() {
		for port := range listener.Ports() {
			for message := range port.Messages() {
				port.Post(fmt.Sprintf("background got %s from %s", message, port.Name()))
			}
		}
	}()

	script := broker.Attach(webport.EndpointInfo{Extension: "my-extension", ContentScript: true, Tab: &webport.Tab{ID: 1}})
	defer script.Close()
	port, _ := script.Connect(webport.ConnectInfo{Name: "port-from-cs"})
	port.Post(map[string]string{"greeting": "hello"})
	answer, _ := webport.Decode[string](ctx, port)
	fmt.Println(answer)
	// Output: background got {"greeting":"hello"} from port-from-cs
}

// Nobody listening is no error of Connect, as in browsers: the port is
// disconnected, and Err says why.
func ExamplePort_Err() {
	var broker webport.Broker
	lonely := broker.Attach(webport.EndpointInfo{Extension: "my-extension"})
	defer lonely.Close()
	port, err := lonely.Connect(webport.ConnectInfo{})
	fmt.Println(err)
	<-port.Done()
	fmt.Println(port.Err())
	// Output:
	// <nil>
	// no receiver: no endpoint that may be reached listens there
}

// The background opens a channel to every frame of a tab that listens.
func ExampleEndpoint_ConnectTab() {
	var broker webport.Broker
	for frame := range 2 {
		script := broker.Attach(webport.EndpointInfo{
			Extension: "my-extension", ContentScript: true, Tab: &webport.Tab{ID: 7}, FrameID: frame,
		})
		defer script.Close()
		listener, _ := script.Listen()
		go func() {
			port, err := listener.Accept(context.Background())
			if err == nil {
				port.Post(fmt.Sprintf("frame %d is here", frame))
			}
		}()
	}
	background := broker.Attach(webport.EndpointInfo{Extension: "my-extension"})
	defer background.Close()
	port, _ := background.ConnectTab(7, webport.ConnectInfo{Name: "who is there"})
	for range 2 {
		answer, _ := webport.Decode[string](context.Background(), port)
		fmt.Println(answer)
	}
	// Unordered output:
	// frame 0 is here
	// frame 1 is here
}

// A full queue takes nothing until the other end has caught up.
func ExamplePort_Flush() {
	broker := webport.Broker{MaxQueue: 1000}
	background := broker.Attach(webport.EndpointInfo{Extension: "my-extension"})
	defer background.Close()
	listener, _ := background.Listen()
	program := broker.Attach(webport.EndpointInfo{Extension: "my-extension"})
	defer program.Close()
	port, _ := program.Connect(webport.ConnectInfo{})
	received := make(chan int)
	go func() {
		slow, _ := listener.Accept(context.Background())
		n := 0
		for range slow.Messages() {
			n++
		}
		received <- n
	}()
	for i := 0; i < 10_000; i++ {
		for port.Post(i) != nil { // webport.ErrBacklog
			port.Flush(context.Background())
		}
	}
	port.Close()
	fmt.Println(<-received, "messages, none lost")
	// Output: 10000 messages, none lost
}
