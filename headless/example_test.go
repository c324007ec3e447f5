package headless_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/webport/webport"
	"github.com/webport/webport/headless"
)

func Example() {
	dir, err := os.MkdirTemp("", "extension")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	for name, text := range map[string]string{
		"manifest.json": `{
			"manifest_version": 3, "name": "Greeting", "version": "1",
			"background": {"service_worker": "background.js"},
			"content_scripts": [{"matches": ["https://example.com/*"], "js": ["content.js"]}]
		}`,
		"background.js": `chrome.runtime.onConnect.addListener((port) => port.postMessage("welcome to " + port.sender.url))`,
		"content.js":    `chrome.runtime.connect().onMessage.addListener((text) => console.log(text))`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			log.Fatal(err)
		}
	}

	extension, err := headless.Load(dir, webport.Chromium)
	if err != nil {
		log.Fatal(err)
	}
	said := make(chan headless.Message, 1)
	browser, err := headless.New(headless.Options{
		Extensions: []*headless.Extension{extension},
		Console:    func(m headless.Message) { said <- m },
	})
	if err != nil {
		log.Fatal(err)
	}
	defer browser.Close()
	if _, err := browser.Open("https://example.com/"); err != nil {
		log.Fatal(err)
	}
	m := <-said
	fmt.Printf("%s: %s\n", m.Context, m.Text)
	// Output: content 1: welcome to https://example.com/
}
