package webport_test

import (
	"encoding/json"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/webport/webport"
)

func TestMessagesThatAreNoJSON(t *testing.T) {
	opener, receiver := joined(t, webport.Chromium)
	for _, c := range []struct {
		message any
		says    string
	}{
		{json.RawMessage(``), "empty"},
		{json.RawMessage(`{"a":1}x`), "offset 7"},
		{json.RawMessage(`1 2`), "offset"},
		{json.RawMessage(`{"a":}`), "offset 5"},
		{json.RawMessage("\"a\xffb\""), "byte 0xff at offset 2 is not UTF-8"},
		{json.RawMessage("\"a\x01\""), "invalid character"},
		{json.RawMessage(`NaN`), "invalid character"},
		{jsontext.Value(`[`), "unexpected EOF"},
		{make(chan int), "chan int"},
		{math.NaN(), "NaN"},
		{json.RawMessage(strings.Repeat("[", 20000) + strings.Repeat("]", 20000)), "depth"},
	} {
		err := opener.Post(c.message)
		if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), `port "n"`) {
			t.Errorf("post %.20q: error %v does not say %q", c.message, err, c.says)
		}
	}
	for _, ok := range []string{`{"a":1,"a":2}`, `"\ud800"`, ` [1, 2] `, `1e400`, `-0`, `null`, strings.Repeat("[", 10000) + strings.Repeat("]", 10000)} {
		post(t, opener, json.RawMessage(ok))
		if got, _ := receiver.Receive(t.Context()); string(got) != ok {
			t.Errorf("posted %.20s, received %.20s", ok, got)
		}
	}
	opener.Close()
	wantRest(t, receiver, io.EOF)
}

func TestPostTakesACopy(t *testing.T) {
	opener, receiver := joined(t, webport.Chromium)
	m := json.RawMessage(`[1]`)
	post(t, opener, m)
	m[1] = '2'
	if got, _ := receiver.Receive(t.Context()); string(got) != `[1]` {
		t.Errorf("received %s: what was posted changed on the way", got)
	}
}

func TestLargestMessage(t *testing.T) {
	const limit = 64 << 20
	exact := json.RawMessage(`"` + strings.Repeat("x", limit-2) + `"`)
	over := json.RawMessage(`"` + strings.Repeat("x", limit-1) + `"`)
	for _, d := range dialects {
		opener, receiver := joined(t, d)
		post(t, opener, exact)
		if got, _ := receiver.Receive(t.Context()); len(got) != limit {
			t.Errorf("%v: received %d bytes, want %d", d, len(got), limit)
		}
		err := opener.Post(over)
		var tooLarge *webport.TooLargeError
		switch {
		case d == webport.Firefox && err != nil:
			t.Errorf("firefox has no limit: %v", err)
		case d == webport.Chromium && (!errors.As(err, &tooLarge) || !errors.Is(err, webport.ErrTooLarge)):
			t.Errorf("chromium: %v", err)
		case d == webport.Chromium && *tooLarge != webport.TooLargeError{Size: limit + 1, Limit: limit}:
			t.Errorf("chromium: %+v", *tooLarge)
		}
		wantOpen(t, opener)
	}
}
