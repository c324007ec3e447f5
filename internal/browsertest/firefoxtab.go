package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
)

// firefoxTab is a tab by its BiDi id.
type firefoxTab struct {
	firefox *firefox
	id      string
}

func (f *firefox) open(ctx context.Context, url string) (tabDriver, error) {
	var created struct {
		Context string `json:"context"`
	}
	if err := f.command(ctx, "browsingContext.create", map[string]any{"type": "tab"}, &created); err != nil {
		return nil, err
	}
	tab := &firefoxTab{f, created.Context}
	if err := tab.navigate(ctx, url); err != nil {
		tab.close(ctx)
		return nil, err
	}
	return tab, nil
}

// command sends a BiDi command.
func (f *firefox) command(ctx context.Context, command string, params map[string]any, result any) error {
	return f.alive(f.bidi.do(ctx, command, params, result))
}

func (t *firefoxTab) command(ctx context.Context, command string, params map[string]any, result any) error {
	params["context"] = t.id
	return t.firefox.command(ctx, command, params, result)
}

// load leaves the document when it can enter the bfcache, and waits for the load event of the next one.
func (t *firefoxTab) load(ctx context.Context, command string, params map[string]any) error {
	if err := t.firefox.call(ctx, nil, "settled", t.id); err != nil {
		return err
	}
	params["wait"] = "complete"
	return t.command(ctx, command, params, nil)
}

func (t *firefoxTab) navigate(ctx context.Context, url string) error {
	return t.load(ctx, "browsingContext.navigate", map[string]any{"url": url})
}

func (t *firefoxTab) traverse(ctx context.Context, by int) error {
	return t.firefox.call(ctx, nil, "traverse", t.id, by)
}

func (t *firefoxTab) reload(ctx context.Context) error {
	return t.load(ctx, "browsingContext.reload", map[string]any{})
}

func (t *firefoxTab) close(ctx context.Context) error {
	return t.command(ctx, "browsingContext.close", map[string]any{}, nil)
}

func (t *firefoxTab) crash(ctx context.Context) error {
	var pid int
	if err := t.firefox.call(ctx, &pid, "processOf", t.id); err != nil {
		return err
	}
	process, err := os.FindProcess(pid)
	if err != nil {
		return err
	}
	if err := process.Kill(); err != nil {
		return err
	}
	return t.firefox.call(ctx, nil, "crashed", t.id, pid)
}

func (t *firefoxTab) click(ctx context.Context, selector string) error {
	quoted, err := json.Marshal(selector)
	if err != nil {
		return err
	}
	var found struct {
		Type   string `json:"type"` // success or exception
		Result struct {
			SharedID string `json:"sharedId"`
		} `json:"result"`
		Exception struct {
			Text string `json:"text"`
		} `json:"exceptionDetails"`
	}
	err = t.firefox.command(ctx, "script.evaluate", map[string]any{
		"target": map[string]any{"context": t.id, "sandbox": "browsertest"},
		"expression": fmt.Sprintf("(e => (e?.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'}), e))"+
			"(document.querySelector(%s))", quoted),
		"awaitPromise": false,
	}, &found)
	switch {
	case err != nil:
		return err
	case found.Type == "exception":
		return fmt.Errorf("find it: %s", found.Exception.Text)
	case found.Result.SharedID == "":
		return fmt.Errorf("the document has no such element")
	}
	element := map[string]any{"type": "element", "element": map[string]any{"sharedId": found.Result.SharedID}}
	return t.command(ctx, "input.performActions", map[string]any{"actions": []any{map[string]any{
		"type": "pointer", "id": "mouse", "actions": []any{
			map[string]any{"type": "pointerMove", "x": 0, "y": 0, "origin": element},
			map[string]any{"type": "pointerDown", "button": 0},
			map[string]any{"type": "pointerUp", "button": 0},
		},
	}}}, nil)
}

func (t *firefoxTab) screenshot(ctx context.Context) ([]byte, error) {
	var picture struct {
		Data []byte `json:"data"`
	}
	err := t.command(ctx, "browsingContext.captureScreenshot", map[string]any{}, &picture)
	return picture.Data, err
}
