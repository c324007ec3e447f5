package manifest_test

import (
	"fmt"

	"github.com/webport/webport/native/manifest"
)

func ExampleFormat_Find() {
	dirs := []string{"/no/such/user/directory", "/no/such/system/directory"}
	found, tried := manifest.Chromium.Find("ping_pong", "chrome-extension://abcdefghijklmnopabcdefghijklmnop/", dirs)
	fmt.Println(found != nil)
	for _, place := range tried {
		fmt.Println(place.File, place.Err)
	}
	// Output:
	// false
	// /no/such/user/directory/ping_pong.json no such file
	// /no/such/system/directory/ping_pong.json no such file
}

func ExampleFormat_CheckName() {
	fmt.Println(manifest.Firefox.CheckName("Ping.Pong"))
	fmt.Println(manifest.Chromium.CheckName("Ping.Pong"))
	// Output:
	// <nil>
	// "Ping.Pong" cannot be the name of a native app in chromium: use parts of lower case letters, digits and _, joined by single dots
}
