package webport

// Sender describes the endpoint that opened a channel: runtime.MessageSender.
// The broker fills it in from what it knows of that endpoint; nothing that the
// opener says goes into it. Which fields are set depends on the dialect and on
// what kind of endpoint it was.
type Sender struct {
	ID                string `json:"id,omitempty"`                // of the extension; "" for a web page
	URL               string `json:"url,omitempty"`               // of the frame's document, or the worker's script
	Origin            string `json:"origin,omitempty"`            // "null" for an opaque origin
	Tab               *Tab   `json:"tab,omitempty"`               // nil unless the opener lives in a tab
	FrameID           int    `json:"frameId,omitempty"`           // 0 is the top frame; says something only with Tab
	DocumentID        string `json:"documentId,omitempty"`        // the document's, unlike for every load
	DocumentLifecycle string `json:"documentLifecycle,omitempty"` // Chromium: "active" or "prerender"
	NativeApplication string `json:"nativeApplication,omitempty"` // the native app that opened the channel
	UserScriptWorldID string `json:"userScriptWorldId,omitempty"` // of the user script that opened the channel
	ContextID         int64  `json:"contextId,omitempty"`         // Firefox
	EnvType           string `json:"envType,omitempty"`           // Firefox: "content_child" or "addon_child"
}

// Tab describes a browser tab: the part of tabs.Tab that does not depend on a
// window that is drawn.
type Tab struct {
	ID        int    `json:"id"`
	Index     int    `json:"index"`
	WindowID  int    `json:"windowId"`
	URL       string `json:"url,omitempty"`
	Title     string `json:"title,omitempty"`
	Status    string `json:"status,omitempty"` // "loading" or "complete"
	Active    bool   `json:"active"`
	Pinned    bool   `json:"pinned"`
	Incognito bool   `json:"incognito"`
}

// senderKind is what besides the opener itself decides which fields are shown.
type senderKind int

const (
	viaRuntime    senderKind = iota // runtime.connect and runtime.sendMessage
	viaTabs                         // tabs.connect and tabs.sendMessage
	numSenderKind                   // how many there are
)

// sender describes an endpoint to those that it connects to.
func (i *EndpointInfo) sender(d Dialect, kind senderKind) *Sender {
	s := &Sender{
		ID: i.Extension, URL: i.URL, Origin: i.Origin, DocumentID: i.DocumentID,
		UserScriptWorldID: i.UserScriptWorld,
	}
	if i.NativeApplication != "" {
		return &Sender{NativeApplication: i.NativeApplication}
	}
	if i.Tab != nil {
		tab := *i.Tab
		s.Tab, s.FrameID = &tab, i.FrameID
	}
	if d == Firefox {
		s.ContextID, s.EnvType = i.ContextID, "addon_child"
		if i.ContentScript || i.Embedded {
			s.EnvType = "content_child"
		}
		return s
	}
	// Chromium shows less of an extension's own pages: of what is in no tab, or
	// uses tabs.connect, no document; and of a worker, no origin to those who
	// hear of it through the runtime's events.
	switch {
	case i.isPage() && kind == viaTabs:
		return &Sender{ID: s.ID, URL: s.URL, Origin: s.Origin}
	case i.isPage() && i.DocumentID == "":
		s.Origin, s.Tab, s.FrameID = "", nil, 0
	case i.isPage() && i.Tab == nil:
		s.DocumentID = ""
	case i.DocumentID != "":
		s.DocumentLifecycle = "active"
	}
	return s
}
