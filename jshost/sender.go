package jshost

import (
	"bytes"
	"encoding/json"

	"github.com/webport/webport"
)

// The keys of what scripts see come in the order of these structs, which is
// that of each browser.

type chromiumSender struct {
	ID                string       `json:"id,omitempty"`
	URL               string       `json:"url,omitempty"`
	Origin            string       `json:"origin,omitempty"`
	FrameID           *int         `json:"frameId,omitempty"`
	DocumentID        string       `json:"documentId,omitempty"`
	DocumentLifecycle string       `json:"documentLifecycle,omitempty"`
	Tab               *chromiumTab `json:"tab,omitempty"`
	TLSChannelID      *string      `json:"tlsChannelId,omitempty"` // always empty: there are no such channels any more
	NativeApplication string       `json:"nativeApplication,omitempty"`
	UserScriptWorldID string       `json:"userScriptWorldId,omitempty"`
}

type firefoxSender struct {
	ContextID         int64       `json:"contextId,omitempty"`
	ID                string      `json:"id,omitempty"`
	EnvType           string      `json:"envType,omitempty"`
	URL               string      `json:"url,omitempty"`
	Tab               *firefoxTab `json:"tab,omitempty"`
	FrameID           *int        `json:"frameId,omitempty"`
	DocumentID        string      `json:"documentId,omitempty"`
	Origin            string      `json:"origin,omitempty"`
	UserScriptWorldID string      `json:"userScriptWorldId,omitempty"`
}

type mutedInfo struct {
	Muted bool `json:"muted"`
}

// chromiumTab is a tab of a window that is not drawn: what has no meaning
// without one has the value that it has in a fresh window.
type chromiumTab struct {
	Active          bool      `json:"active"`
	Audible         bool      `json:"audible"`
	AutoDiscardable bool      `json:"autoDiscardable"`
	Discarded       bool      `json:"discarded"`
	Frozen          bool      `json:"frozen"`
	GroupID         int       `json:"groupId"`
	Height          int       `json:"height"`
	Highlighted     bool      `json:"highlighted"`
	ID              int       `json:"id"`
	Incognito       bool      `json:"incognito"`
	Index           int       `json:"index"`
	LastAccessed    float64   `json:"lastAccessed"`
	MutedInfo       mutedInfo `json:"mutedInfo"`
	Pinned          bool      `json:"pinned"`
	Selected        bool      `json:"selected"`
	SplitViewID     int       `json:"splitViewId"`
	Status          string    `json:"status,omitempty"`
	Title           *string   `json:"title,omitempty"`
	URL             *string   `json:"url,omitempty"`
	Width           int       `json:"width"`
	WindowID        int       `json:"windowId"`
}

type sharingState struct {
	Camera     bool `json:"camera"`
	Microphone bool `json:"microphone"`
}

type firefoxTab struct {
	ID              int          `json:"id"`
	Index           int          `json:"index"`
	WindowID        int          `json:"windowId"`
	Highlighted     bool         `json:"highlighted"`
	Active          bool         `json:"active"`
	Attention       bool         `json:"attention"`
	Pinned          bool         `json:"pinned"`
	Status          string       `json:"status,omitempty"`
	Hidden          bool         `json:"hidden"`
	Discarded       bool         `json:"discarded"`
	Incognito       bool         `json:"incognito"`
	Width           int          `json:"width"`
	Height          int          `json:"height"`
	LastAccessed    float64      `json:"lastAccessed"`
	Audible         bool         `json:"audible"`
	AutoDiscardable bool         `json:"autoDiscardable"`
	MutedInfo       mutedInfo    `json:"mutedInfo"`
	IsArticle       bool         `json:"isArticle"`
	IsInReaderMode  bool         `json:"isInReaderMode"`
	SharingState    sharingState `json:"sharingState"`
	SuccessorTabID  int          `json:"successorTabId"`
	GroupID         int          `json:"groupId"`
	SplitViewID     int          `json:"splitViewId"`
	CookieStoreID   string       `json:"cookieStoreId"`
	URL             *string      `json:"url,omitempty"`
	Title           *string      `json:"title,omitempty"`
}

// The window that tabs pretend to be in.
const (
	windowWidth  = 1280
	windowHeight = 720
)

func newChromiumTab(t webport.Tab, details bool) *chromiumTab {
	tab := &chromiumTab{
		Active: t.Active, AutoDiscardable: true, GroupID: -1, Height: windowHeight, Highlighted: t.Active,
		ID: t.ID, Incognito: t.Incognito, Index: t.Index, Pinned: t.Pinned, Selected: t.Active, SplitViewID: -1,
		Status: t.Status, Width: windowWidth, WindowID: t.WindowID,
	}
	if details {
		tab.URL, tab.Title = &t.URL, &t.Title
	}
	return tab
}

func newFirefoxTab(t webport.Tab, details bool) *firefoxTab {
	tab := &firefoxTab{
		ID: t.ID, Index: t.Index, WindowID: t.WindowID, Highlighted: t.Active, Active: t.Active, Pinned: t.Pinned,
		Status: t.Status, Incognito: t.Incognito, Width: windowWidth, Height: windowHeight, AutoDiscardable: true,
		SuccessorTabID: -1, GroupID: -1, SplitViewID: -1, CookieStoreID: "firefox-default",
	}
	if t.Incognito {
		tab.CookieStoreID = "firefox-private"
	}
	if details {
		tab.URL, tab.Title = &t.URL, &t.Title
	}
	return tab
}

// tab is t as scripts of the context see it.
func (c *Context) tab(t webport.Tab) any {
	details := c.options.Extension != nil && c.options.Extension.seesTab(t)
	if c.options.Dialect == webport.Firefox {
		return newFirefoxTab(t, details)
	}
	return newChromiumTab(t, details)
}

// senderJSON is s as a script of the context sees it; nil if it sees none.
func (c *Context) senderJSON(s *webport.Sender) any {
	if s == nil {
		return nil
	}
	var frame *int
	if s.Tab != nil {
		frame = &s.FrameID
	}
	if c.options.Dialect == webport.Firefox {
		sender := firefoxSender{
			ContextID: s.ContextID, ID: s.ID, EnvType: s.EnvType, URL: s.URL, FrameID: frame,
			DocumentID: s.DocumentID, Origin: s.Origin, UserScriptWorldID: s.UserScriptWorldID,
		}
		if s.Tab != nil {
			sender.Tab = newFirefoxTab(*s.Tab, c.options.Extension != nil && c.options.Extension.seesTab(*s.Tab))
		}
		return toJSON(sender)
	}
	sender := chromiumSender{
		ID: s.ID, URL: s.URL, Origin: s.Origin, FrameID: frame, DocumentID: s.DocumentID,
		DocumentLifecycle: s.DocumentLifecycle, NativeApplication: s.NativeApplication, UserScriptWorldID: s.UserScriptWorldID,
	}
	if s.Tab != nil {
		sender.Tab = newChromiumTab(*s.Tab, true) // the script that connected has access to the tab
	}
	if e := c.options.Extension; e != nil && e.manifest.Connectable.AcceptsTLSChannelID {
		sender.TLSChannelID = new(string)
	}
	return toJSON(sender)
}

// toJSON is v as text, without the escapes that encoding/json adds for HTML.
func toJSON(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic("jshost: " + err.Error()) // only values of this package come here
	}
	return b.String()
}
