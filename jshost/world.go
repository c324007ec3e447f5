package jshost

import (
	"encoding/json"
	"strings"

	"github.com/webport/webport"
)

// worldInfo is what the prelude knows of where it runs: world in js/start.js.
type worldInfo struct {
	Kind            string   `json:"kind"`
	ExtensionID     string   `json:"extensionID"`
	BaseURL         string   `json:"baseURL"`
	Manifest        string   `json:"manifest"` // as text, for each getManifest to read
	ManifestKeys    []string `json:"manifestKeys"`
	ManifestVersion int      `json:"manifestVersion"`
	Permissions     []string `json:"permissions"`
	StructuredClone bool     `json:"structuredClone"`
	StoresClones    bool     `json:"storesClones"`
	Connectable     bool     `json:"connectable"`
	NativeInContent bool     `json:"nativeInContent"`
	UserScripts     bool     `json:"userScripts"`
	IsBackground    bool     `json:"isBackground"`
	BackgroundPage  bool     `json:"backgroundPage"` // the background is a page, not a worker
	UILanguage      string   `json:"uiLanguage"`
	Actions         []string `json:"actions"`
	ActionTitle     string   `json:"actionTitle"`
	ActionPopup     string   `json:"actionPopup"`
}

// world() -> worldInfo
func (c *Context) hostWorld([]any) (any, error) {
	firefox := c.options.Dialect == webport.Firefox
	w := worldInfo{
		Kind: c.options.Kind.String(), Connectable: c.options.Connectable,
		IsBackground: c.options.Kind == Background, NativeInContent: firefox, StoresClones: firefox,
		Permissions: []string{}, ManifestKeys: []string{}, Actions: []string{},
	}
	if e := c.options.Extension; e != nil {
		m := &e.manifest
		button := m.button()
		w.ExtensionID, w.BaseURL = e.info.ID, e.info.BaseURL
		w.Manifest, w.ManifestKeys, w.ManifestVersion = string(e.info.Manifest), m.keys, m.Version
		w.Permissions = append(w.Permissions, names(m.Permissions)...)
		w.Permissions = append(w.Permissions, e.grantedNames()...)
		w.StructuredClone = e.info.StructuredClone
		for _, p := range w.Permissions {
			w.UserScripts = w.UserScripts || p == "userScripts"
		}
		w.BackgroundPage = m.Background != nil && (m.Background.Worker == "" || firefox)
		w.UILanguage = e.info.UILanguage
		w.Actions = append(w.Actions, m.actions()...)
		w.ActionTitle, w.ActionPopup = button.Title, button.Popup
		if w.ActionPopup != "" {
			w.ActionPopup = w.BaseURL + strings.TrimPrefix(w.ActionPopup, "/")
		}
	}
	text, err := json.Marshal(w)
	return json.RawMessage(text), err
}
