package jshost

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/webport/webport"
)

// ExtensionInfo describes an extension to its contexts.
type ExtensionInfo struct {
	ID      string
	BaseURL string // "chrome-extension://ID/"; with the slash
	// Manifest is manifest.json as getManifest returns it: JSON, localised.
	Manifest json.RawMessage
	// Message is i18n.getMessage; nil: there are no messages.
	Message func(name string, substitutions []string) string
	// UILanguage is i18n.getUILanguage; "" means "en-US".
	UILanguage string
	// StructuredClone is set where Chromium's manifest.json says
	// "message_serialization": "structured_clone".
	StructuredClone bool
	// SeesTab reports whether the extension may see the URL and title of a
	// tab. Nil: if it has the permission "tabs", of every tab.
	SeesTab func(webport.Tab) bool
	// Matches reports whether a match pattern matches a URL, in tabs.query. Nil:
	// * stands for anything.
	Matches func(pattern, url string) bool
	// MayUse decides about permissions.request of optional permissions that
	// manifest.json lists; nil grants them.
	MayUse func(permissions, origins []string) bool
	// Reload is runtime.reload. It is called on the loop of who asks, and must
	// not wait for it.
	Reload func()
	// Wake is called for every event of Fire: the background may be stopped and
	// want it. It returns false if nothing needs to be done. If it returns true
	// it must call fire once, when the background runs again or never will. It
	// must not wait. Nil: nothing is ever stopped.
	Wake func(event string, fire func()) bool
	// Former is the extension as it was before it was reloaded: what it stored
	// in storage.local and storage.sync is there again. Nil: there was none.
	Former *Extension
}

// Extension is what all contexts of one extension share: its manifest, its
// storage, its alarms, the state of its button. All methods may be called
// concurrently.
type Extension struct {
	info     ExtensionInfo
	manifest manifest
	storage  storage
	alarms   alarms
	button   button

	mu       sync.Mutex // guards following
	contexts []*Context
	granted  granted // optional permissions
}

// manifest is what of manifest.json decides about the API.
type manifest struct {
	Version     int               `json:"manifest_version"`
	Permissions []json.RawMessage `json:"permissions"`
	Optional    []json.RawMessage `json:"optional_permissions"`
	Hosts       []string          `json:"host_permissions"`
	OptionHosts []string          `json:"optional_host_permissions"`
	Background  *struct {
		Worker string `json:"service_worker"`
	} `json:"background"`
	Connectable struct {
		AcceptsTLSChannelID bool `json:"accepts_tls_channel_id"`
	} `json:"externally_connectable"`
	Action        *actionInfo `json:"action"`
	BrowserAction *actionInfo `json:"browser_action"`
	PageAction    *actionInfo `json:"page_action"`
	OptionsPage   string      `json:"options_page"`
	OptionsUI     *struct {
		Page string `json:"page"`
	} `json:"options_ui"`

	keys []string
}

type actionInfo struct {
	Title string `json:"default_title"`
	Popup string `json:"default_popup"`
}

// NewExtension makes what the contexts of an extension share. Close ends it.
func NewExtension(info ExtensionInfo) (*Extension, error) {
	e := &Extension{info: info}
	var all map[string]json.RawMessage
	err := json.Unmarshal(info.Manifest, &all)
	if err == nil {
		err = json.Unmarshal(info.Manifest, &e.manifest)
	}
	if err != nil {
		return nil, fmt.Errorf("new extension %s: its manifest: %w", info.ID, err)
	}
	for key := range all {
		e.manifest.keys = append(e.manifest.keys, key)
	}
	if e.info.UILanguage == "" {
		e.info.UILanguage = "en-US"
	}
	e.storage.changed = e.storageChanged
	if info.Former != nil {
		e.storage.inherit(&info.Former.storage)
		e.info.Former = nil // or every reload would keep all before it
	}
	e.alarms.fire = func(a alarm) { e.Fire("alarms.onAlarm", a) }
	return e, nil
}

// ID is the extension's id.
func (e *Extension) ID() string { return e.info.ID }

// Close ends the extension: no alarm fires any more. Its contexts are closed
// by whoever made them.
func (e *Extension) Close() error {
	e.alarms.close()
	return nil
}

// Fire tells all contexts of the extension, content scripts aside, of an event
// such as "tabs.onUpdated", with its arguments, which become JSON. A
// webport.Tab is shown to scripts as the dialect shows tabs.
func (e *Extension) Fire(event string, args ...any) {
	if e.info.Wake == nil || !e.info.Wake(event, func() { e.fire(event, args) }) {
		e.fire(event, args)
	}
}

func (e *Extension) fire(event string, args []any) {
	for _, c := range e.all() {
		if c.options.Kind != ContentScript {
			c.Fire(event, args...)
		}
	}
}

// Click is a click on the extension's button while tab is shown:
// action.onClicked, or whatever the manifest's version calls it.
func (e *Extension) Click(tab webport.Tab) {
	for _, name := range []string{"action", "browserAction", "pageAction"} {
		e.Fire(name+".onClicked", tab)
	}
}

func (e *Extension) join(c *Context) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.contexts = append(e.contexts, c)
}

func (e *Extension) leave(c *Context) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if i := slices.Index(e.contexts, c); i >= 0 {
		e.contexts = slices.Delete(e.contexts, i, i+1)
	}
}

func (e *Extension) all() []*Context {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.contexts)
}

// actions are the names by which the extension's button goes in the API.
func (m *manifest) actions() []string {
	var names []string
	for name, there := range map[string]bool{
		"action": m.Action != nil, "browserAction": m.BrowserAction != nil, "pageAction": m.PageAction != nil,
	} {
		if there {
			names = append(names, name)
		}
	}
	return names
}

func (m *manifest) button() actionInfo {
	for _, a := range []*actionInfo{m.Action, m.BrowserAction, m.PageAction} {
		if a != nil {
			return *a
		}
	}
	return actionInfo{}
}

// names are the permissions of a list that are plain names, not patterns.
func names(list []json.RawMessage) []string {
	var all []string
	for _, item := range list {
		var name string
		if json.Unmarshal(item, &name) == nil && !isPattern(name) {
			all = append(all, name)
		}
	}
	return all
}

func patterns(list []json.RawMessage) []string {
	var all []string
	for _, item := range list {
		var name string
		if json.Unmarshal(item, &name) == nil && isPattern(name) {
			all = append(all, name)
		}
	}
	return all
}

func isPattern(permission string) bool {
	return permission == "<all_urls>" || strings.Contains(permission, "://")
}

func (e *Extension) matches(pattern, url string) bool {
	if e.info.Matches != nil {
		return e.info.Matches(pattern, url)
	}
	return pattern == "<all_urls>" || glob(pattern, url)
}

func (e *Extension) seesTab(t webport.Tab) bool {
	if e.info.SeesTab != nil {
		return e.info.SeesTab(t)
	}
	return slices.Contains(names(e.manifest.Permissions), "tabs")
}
