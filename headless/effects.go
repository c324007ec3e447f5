package headless

import (
	"encoding/json"
	"fmt"
)

// What a document wants of the browser arrives at document.effect: a kind, and a detail that is one of these types.
//
//	navigate   navigateEffect  a link was followed, or location assigned
//	submit     submitEffect    a form was sent
//	history    historyEffect   pushState, replaceState (the document has its new URL already), go
//	script     scriptElement   a script element was inserted: run it in the page's world
//	frame      frameElement    an iframe was inserted, or got another src
//	unframe    frameElement    an iframe (its id alone) left the document
//	message    messageEffect   window.postMessage
//	storage    storageEffect   localStorage or sessionStorage changed
//	open       navigateEffect  window.open
//	close      –               window.close
//	dialog     dialogEffect    alert, confirm, prompt: scripts go on at once, with false or null
//	title      –               document.title was set
type (
	navigateEffect struct {
		URL     string `json:"url"`
		Target  string `json:"target"` // a window's name: _blank, _top, …
		Replace bool   `json:"replace"`
		Reload  bool   `json:"reload"`
	}
	submitEffect struct {
		URL    string `json:"url"`
		Method string `json:"method"` // get, post or dialog
		Fields string `json:"fields"` // as a query
	}
	historyEffect struct {
		Kind  string `json:"kind"` // pushState, replaceState or go
		URL   string `json:"url"`
		State string `json:"state"` // as host.serialize writes it; for the page's popState
		Delta int    `json:"delta"`
	}
	scriptElement struct {
		ID    int64  `json:"id"`
		Type  string `json:"type"`
		Src   string `json:"src"`  // resolved; "" where the code stands in Text
		Text  string `json:"text"` // the code of a script without src
		Async bool   `json:"async"`
		Defer bool   `json:"defer"`
	}
	frameElement struct {
		ID      int64   `json:"id"`
		Src     string  `json:"src"`    // resolved; "" is about:blank
		Srcdoc  *string `json:"srcdoc"` // the HTML of an about:srcdoc frame
		Name    string  `json:"name"`
		Sandbox *string `json:"sandbox"`
	}
	messageEffect struct {
		To     string `json:"to"`     // self, parent, top or frame:ID
		Target string `json:"target"` // an origin, or *
		Init   string `json:"init"`   // for eventInit.Init of the MessageEvent
	}
	storageEffect struct {
		Area  string  `json:"area"` // local or session
		Key   string  `json:"key"`
		Value *string `json:"value"` // nil: removed
	}
	dialogEffect struct {
		Kind string `json:"kind"`
		Text string `json:"text"`
	}
)

// detailOf decodes the detail of an effect.
func detailOf[T any](detail json.RawMessage) (T, error) {
	var v T
	if err := json.Unmarshal(detail, &v); err != nil {
		return v, fmt.Errorf("an effect of a document: %w", err)
	}
	return v, nil
}

// scripts lists the script elements that load brought and that have not run; they count as run from then on.
func (d *document) scripts() ([]scriptElement, error) { return listOf[scriptElement](d, "scripts") }

// frames lists the iframes of the document.
func (d *document) frames() ([]frameElement, error) { return listOf[frameElement](d, "frames") }

func listOf[T any](d *document, name string) ([]T, error) {
	result, err := d.page().call(name)
	if err != nil {
		return nil, err
	}
	all, _ := result.(string)
	return detailOf[[]T](json.RawMessage(all))
}
