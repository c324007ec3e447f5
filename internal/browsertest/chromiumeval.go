package browsertest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
)

func (c *chromium) eval(ctx context.Context, wanted Context, code string) (string, error) {
	var found world
	var session target.SessionID
	waiting, cancel := context.WithTimeoutCause(ctx, contextPatience, errors.New("there is none"))
	defer cancel()
	err := c.wait(waiting, "it", func() (bool, error) {
		w := c.find(wanted)
		if w != nil {
			found, session = *w, w.target.session
		}
		return w != nil, nil
	})
	if err != nil {
		return "", fmt.Errorf("%w, only %s", err, c.list())
	}
	evaluated, err := call(ctx, c.devtools, session, runtime.Evaluate, runtime.EvaluateParams{
		Expression: code, UniqueContextID: found.unique, AwaitPromise: new(true),
	})
	if err != nil {
		return "", err
	}
	if evaluated.ExceptionDetails != nil {
		return "", errors.New(exceptionText(evaluated.ExceptionDetails))
	}
	return c.stringify(ctx, session, found.id, evaluated.Result)
}

// stringify returns what JSON.stringify makes of a value.
func (c *chromium) stringify(
	ctx context.Context, session target.SessionID, world runtime.ExecutionContextID, value *runtime.RemoteObject,
) (string, error) {
	argument := &runtime.CallArgument{
		Value: value.Value, UnserializableValue: value.UnserializableValue, ObjectID: value.ObjectID,
	}
	called, err := call(ctx, c.devtools, session, runtime.CallFunctionOn, runtime.CallFunctionOnParams{
		FunctionDeclaration: "function (value) { return JSON.stringify(value) }",
		ExecutionContextID:  world,
		Arguments:           []*runtime.CallArgument{argument},
	})
	switch {
	case err != nil:
		return "", err
	case called.ExceptionDetails != nil:
		return "", fmt.Errorf("make JSON of the value: %s", exceptionText(called.ExceptionDetails))
	}
	return text(called.Result), nil
}

func (c *chromium) contexts(context.Context) ([]Context, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var contexts []Context
	for _, w := range c.all() {
		if at := w.context(); !strings.HasPrefix(at.URL, "chrome://") && !slices.Contains(contexts, at) {
			contexts = append(contexts, at)
		}
	}
	return contexts, nil
}

func (c *chromium) collect(ctx context.Context) error {
	c.mu.Lock()
	sessions := slices.Collect(maps.Keys(c.targets))
	c.mu.Unlock()
	for _, session := range sessions {
		_, err := call(ctx, c.devtools, session, heapprofiler.CollectGarbage, cdp.Empty{})
		if err != nil && !errors.Is(err, errDetached) { // it ended meanwhile
			return err
		}
	}
	return nil
}

// list names the contexts there are, for an error.
func (c *chromium) list() string {
	contexts, _ := c.contexts(context.Background()) // it has no errors
	names := make([]string, len(contexts))
	for i, at := range contexts {
		names[i] = at.String()
	}
	return strings.Join(names, ", ")
}
