package webport_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/webport/webport"
)

// TestSender holds which fields each kind of opener shows. The rows are those
// measured in the browsers.
func TestSender(t *testing.T) {
	origin := "chrome-extension://" + ext
	worker := webport.EndpointInfo{Extension: ext, URL: origin + "/bg.js", Origin: origin, ContextID: 1<<31 + 1}
	bgPage := worker
	bgPage.DocumentID, bgPage.URL = "bg", origin+"/_generated_background_page.html"
	embedded := page(4)
	embedded.Embedded, embedded.FrameID = true, 3
	tab := func(e, to *webport.Endpoint) (*webport.Port, error) { return e.ConnectTab(9, webport.ConnectInfo{}) }
	own := func(e, to *webport.Endpoint) (*webport.Port, error) { return e.Connect(webport.ConnectInfo{}) }
	for _, c := range []struct {
		name     string
		dialect  webport.Dialect
		opener   webport.EndpointInfo
		connect  func(e, to *webport.Endpoint) (*webport.Port, error)
		receiver webport.EndpointInfo
		want     webport.Sender
	}{
		{"script", webport.Chromium, contentScript(1, 0), own, worker, webport.Sender{
			ID: ext, URL: "https://example.com/", Origin: "https://example.com", DocumentID: "D10", DocumentLifecycle: "active",
			Tab: &webport.Tab{ID: 1, URL: "https://example.com/"},
		}},
		{"script", webport.Firefox, contentScript(1, 5), own, worker, webport.Sender{
			ID: ext, URL: "https://example.com/", Origin: "https://example.com", DocumentID: "D15", EnvType: "content_child",
			Tab: &webport.Tab{ID: 1, URL: "https://example.com/"}, FrameID: 5,
		}},
		{"worker to page", webport.Chromium, worker, own, page(9), webport.Sender{ID: ext, URL: worker.URL}},
		{"worker to tab", webport.Chromium, worker, tab, contentScript(9, 0), webport.Sender{ID: ext, URL: worker.URL, Origin: origin}},
		{"page to tab", webport.Chromium, page(2), tab, contentScript(9, 0), webport.Sender{ID: ext, URL: page(2).URL, Origin: origin}},
		{"background page", webport.Firefox, bgPage, own, page(9), webport.Sender{
			ID: ext, URL: bgPage.URL, Origin: origin, DocumentID: "bg", EnvType: "addon_child", ContextID: 1<<31 + 1,
		}},
		{"page in a tab", webport.Chromium, page(2), own, worker, webport.Sender{
			ID: ext, URL: page(2).URL, Origin: origin, DocumentID: "P2", DocumentLifecycle: "active", Tab: &webport.Tab{ID: 2},
		}},
		{"page in a web page's frame", webport.Firefox, embedded, own, worker, webport.Sender{
			ID: ext, URL: page(4).URL, Origin: origin, DocumentID: "P4", EnvType: "content_child", Tab: &webport.Tab{ID: 4}, FrameID: 3,
		}},
	} {
		t.Run(c.dialect.String()+"/"+c.name, func(t *testing.T) {
			b := &webport.Broker{Dialect: c.dialect}
			to := attach(t, b, c.receiver)
			l := listen(t, to)
			if _, err := c.connect(attach(t, b, c.opener), to); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&c.want, accept(t, l).Sender()); diff != "" {
				t.Errorf("sender (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSenderIsASnapshot(t *testing.T) {
	b := &webport.Broker{}
	_, l := background(t, b)
	script := attach(t, b, contentScript(1, 0))
	connect(t, script, webport.ConnectInfo{})
	before := accept(t, l)
	script.Update(func(i *webport.EndpointInfo) {
		i.URL = "https://example.com/#b"
		i.Tab.URL, i.Tab.Title, i.Tab.ID = i.URL, "b", 77
		i.Extension, i.DocumentID = "forged", "forged"
	})
	connect(t, script, webport.ConnectInfo{})
	after := accept(t, l)
	if s := before.Sender(); s.URL != "https://example.com/" || s.Tab.URL != s.URL {
		t.Errorf("an update shows in an old sender: %+v", s)
	}
	want := webport.Sender{
		ID: ext, URL: "https://example.com/#b", Origin: "https://example.com", DocumentID: "D10", DocumentLifecycle: "active",
		Tab: &webport.Tab{ID: 1, URL: "https://example.com/#b", Title: "b"},
	}
	if diff := cmp.Diff(&want, after.Sender()); diff != "" {
		t.Errorf("sender after the update (-want +got):\n%s", diff)
	}
}

// TestSenderCannotBeForged posts and connects with everything that an opener
// has a say in, and finds none of it in the sender.
func TestSenderCannotBeForged(t *testing.T) {
	b := &webport.Broker{}
	bg := attach(t, b, webport.EndpointInfo{Extension: ext})
	l, _ := bg.ListenExternal()
	evil := attach(t, b, webport.EndpointInfo{Extension: "evil", URL: "https://evil.example/"})
	p := connect(t, evil, webport.ConnectInfo{Extension: ext, Name: `{"id":"` + ext + `"}`})
	post(t, p, json.RawMessage(`{"sender":{"id":"`+ext+`"}}`))
	if s := accept(t, l).Sender(); *s != (webport.Sender{ID: "evil", URL: s.URL}) {
		t.Errorf("sender is %+v", s)
	}
}
