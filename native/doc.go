// Package native holds both ends of native messaging, by which a browser extension talks to a program on the user's
// computer, its native app, over the app's standard input and output.
//
// [Main] makes a program a native app:
//
//	func main() {
//		os.Exit(native.Main(func(ctx context.Context, port *webport.Port) error {
//			for message := range port.Messages() {
//				if err := port.Post(answer(message)); err != nil {
//					return err
//				}
//			}
//			return nil
//		}))
//	}
//
// [Connect] starts a native app as a browser does and returns the port to it; a [Launcher] does so for the endpoints
// of a webport.Broker.
//
// A program that uses only Main links nothing beyond the standard library and jsontext, and on Windows
// golang.org/x/sys.
package native
