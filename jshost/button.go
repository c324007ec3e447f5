package jshost

import (
	"encoding/json"
	"sync"
)

// button is what scripts have set on the extension's button, for all tabs (tab
// -1) and for single ones.
type button struct {
	mu       sync.Mutex // guards following
	values   map[buttonKey]json.RawMessage
	disabled map[int]bool // by tab
}

type buttonKey struct {
	property string // "Title", "BadgeText", …
	tab      int
}

var buttonMethods = map[string]apiMethod{
	"action.set":       (*Context).buttonSet,
	"action.get":       (*Context).buttonGet,
	"action.enable":    func(c *Context, args arguments) (any, error) { return c.buttonEnable(args, true) },
	"action.disable":   func(c *Context, args arguments) (any, error) { return c.buttonEnable(args, false) },
	"action.isEnabled": (*Context).buttonIsEnabled,
}

// buttonSet: property, tab or -1, value
func (c *Context) buttonSet(args arguments) (any, error) {
	key, err := c.buttonKey(args)
	if err != nil {
		return nil, err
	}
	b := &c.options.Extension.button
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.values == nil {
		b.values = map[buttonKey]json.RawMessage{}
	}
	if len(args) > 2 {
		b.values[key] = args[2]
	}
	return nil, nil
}

// buttonGet: property, tab or -1
func (c *Context) buttonGet(args arguments) (any, error) {
	key, err := c.buttonKey(args)
	if err != nil {
		return nil, err
	}
	b := &c.options.Extension.button
	b.mu.Lock()
	defer b.mu.Unlock()
	value, ok := b.values[key]
	if !ok {
		value, ok = b.values[buttonKey{key.property, -1}]
	}
	if !ok {
		return nil, nil
	}
	return value, nil
}

func (c *Context) buttonKey(args arguments) (key buttonKey, err error) {
	key.tab = -1
	if err = args.read(0, &key.property); err == nil {
		err = args.read(1, &key.tab)
	}
	if err == nil && key.tab >= 0 {
		_, err = c.findTab(key.tab)
	}
	return key, err
}

// buttonEnable: tab, null for all
func (c *Context) buttonEnable(args arguments, enable bool) (any, error) {
	tab := -1
	if err := args.read(0, &tab); err != nil {
		return nil, err
	}
	if tab >= 0 {
		if _, err := c.findTab(tab); err != nil {
			return nil, err
		}
	}
	b := &c.options.Extension.button
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.disabled == nil {
		b.disabled = map[int]bool{}
	}
	b.disabled[tab] = !enable
	return nil, nil
}

func (c *Context) buttonIsEnabled(args arguments) (any, error) {
	tab := -1
	if err := args.read(0, &tab); err != nil {
		return nil, err
	}
	b := &c.options.Extension.button
	b.mu.Lock()
	defer b.mu.Unlock()
	disabled, set := b.disabled[tab]
	if !set {
		disabled = b.disabled[-1]
	}
	return !disabled, nil
}
