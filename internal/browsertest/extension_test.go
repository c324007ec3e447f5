package browsertest

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/webport/webport"
)

// scripts are those of the extension that the tests load.
var scripts = map[string]string{
	"background.js": `
		console.log("background: first turn");
		(chrome.action ?? chrome.browserAction).onClicked.addListener((tab) => console.log("background: button", tab.url));
		chrome.runtime.onMessage.addListener((message) => console.log("background: got", message));
	`,
	"content.js": `
		console.log("content: start");
		addEventListener("pageshow", (e) => console.log("content: pageshow", e.persisted));
		addEventListener("pagehide", (e) => console.log("content: pagehide", e.persisted));
	`,
	"page.html": `<script src="page.js"></script>`,
	"page.js":   `console.log("page: start")`,
}

// writeExtension writes an extension for a dialect into a fresh directory.
func writeExtension(t *testing.T, dialect webport.Dialect, name string) (dir string) {
	t.Helper()
	manifest := map[string]any{
		"name":            name,
		"version":         "1",
		"content_scripts": []any{map[string]any{"matches": []string{"http://*/*"}, "js": []string{"content.js"}, "all_frames": true}},
	}
	permissions := []string{"tabs", "nativeMessaging"}
	maps.Copy(manifest, map[webport.Dialect]map[string]any{
		webport.Chromium: {
			"manifest_version": 3,
			"background":       map[string]any{"service_worker": "background.js"},
			"permissions":      permissions,
			"host_permissions": []string{"http://*/*"},
			"action":           map[string]any{},
		},
		webport.Firefox: {
			"manifest_version":          2,
			"background":                map[string]any{"scripts": []string{"background.js"}},
			"permissions":               append(permissions, "http://*/*"),
			"browser_action":            map[string]any{},
			"browser_specific_settings": map[string]any{"gecko": map[string]any{"id": name + "@browsertest.example"}},
		},
	}[dialect])
	files := maps.Clone(scripts)
	files["manifest.json"] = encode(t, manifest)
	return writeFiles(t, files)
}

func writeFiles(t *testing.T, files map[string]string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// writeNativeApp makes a native app known in home, which sends one message and waits for its end.
func writeNativeApp(t *testing.T, home, name string, dialect webport.Dialect, extension string) {
	t.Helper()
	app := filepath.Join(home, name)
	script := "#!/bin/sh\nprintf '\\007\\000\\000\\000\"hello\"'\nexec cat >/dev/null\n"
	if err := os.WriteFile(app, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	manifest := map[string]any{"name": name, "description": "test", "path": app, "type": "stdio"}
	dir := filepath.Join(home, ".config", "chromium", "NativeMessagingHosts")
	switch dialect {
	case webport.Chromium:
		manifest["allowed_origins"] = []string{"chrome-extension://" + extension + "/"}
	case webport.Firefox:
		manifest["allowed_extensions"] = []string{extension}
		dir = filepath.Join(home, ".mozilla", "native-messaging-hosts")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".json"), []byte(encode(t, manifest)), 0o600); err != nil {
		t.Fatal(err)
	}
}

func encode(t *testing.T, value any) string {
	t.Helper()
	encoded, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}
