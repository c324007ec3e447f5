// Package tap stands between a browser and a native app: it records every message, and plays recordings again.
//
// [Install] puts a shim in place of an app, by changing the path in its native manifests, until [Tap.Remove]. Each time
// that a browser starts the app it starts [Shim] instead, which starts the app, passes everything on byte for byte and
// writes a recording: a file of JSON lines, see [Record]. [Tap.Follow] tells of them as they are written. [Replay] plays the
// browser's side of a recording against an app, and [Play] the app's side as an app.
package tap
