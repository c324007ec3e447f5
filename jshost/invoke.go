package jshost

import (
	"encoding/json"
	"fmt"
	"runtime"
)

// apiMethod is an API function that Go does; args are as js calls invoke. It
// runs on the loop and must not wait for it.
type apiMethod func(c *Context, args arguments) (any, error)

// apiMethods are the functions that js passes to invoke, by name.
var apiMethods = map[string]apiMethod{}

func register(methods map[string]apiMethod) {
	for name, m := range methods {
		apiMethods[name] = m
	}
}

func init() {
	register(tabMethods)
	register(storageMethods)
	register(alarmMethods)
	register(buttonMethods)
	register(permissionMethods)
	register(runtimeMethods)
}

// arguments are the values that a script gave, checked against the signature
// and in its order; null where one was left out.
type arguments []json.RawMessage

// read puts the i-th argument into to, if it is there.
func (a arguments) read(i int, to any) error {
	if i >= len(a) {
		return nil
	}
	if err := json.Unmarshal(a[i], to); err != nil {
		return fmt.Errorf("argument %d: %w", i+1, err)
	}
	return nil
}

func (a arguments) has(i int) bool { return i < len(a) && string(a[i]) != "null" }

// invoke(call number, name, arguments as JSON): complete is called with the
// outcome, in a task of its own.
func (c *Context) hostInvoke(args []any) (any, error) {
	call, name := number(args, 0), arg[string](args, 1)
	result, err := c.call(name, arg[string](args, 2))
	var text any
	if err == nil && result != nil {
		text = toJSON(result)
	}
	code, detail := reason(err, nil)
	c.loop.Post(func() {
		_, err := c.fn.complete.Call(call, code, detail, text)
		c.failed(err)
	})
	return nil, nil
}

func (c *Context) call(name, text string) (any, error) {
	m := apiMethods[name]
	if m == nil {
		return nil, fmt.Errorf("%s is not available in webport", name)
	}
	var args arguments
	if err := json.Unmarshal([]byte(text), &args); err != nil {
		return nil, fmt.Errorf("%s: arguments: %w", name, err)
	}
	return m(c, args)
}

var runtimeMethods = map[string]apiMethod{
	"runtime.getPlatformInfo": func(*Context, arguments) (any, error) { return platformInfo(), nil },
	"runtime.setUninstallURL": func(*Context, arguments) (any, error) { return nil, nil },
	"runtime.openOptionsPage": (*Context).openOptionsPage,
	"runtime.requestUpdateCheck": func(*Context, arguments) (any, error) {
		return map[string]string{"status": "no_update"}, nil
	},
}

func platformInfo() map[string]string {
	system := map[string]string{"darwin": "mac", "windows": "win"}[runtime.GOOS]
	if system == "" {
		system = runtime.GOOS
	}
	arch := map[string]string{"amd64": "x86-64", "386": "x86-32"}[runtime.GOARCH]
	if arch == "" {
		arch = runtime.GOARCH
	}
	return map[string]string{"os": system, "arch": arch, "nacl_arch": arch}
}

func (c *Context) openOptionsPage(arguments) (any, error) {
	m := &c.options.Extension.manifest
	page := m.OptionsPage
	if m.OptionsUI != nil && m.OptionsUI.Page != "" {
		page = m.OptionsUI.Page
	}
	if page == "" || c.options.Tabs == nil {
		return nil, &codedError{code: "noOptionsPage"}
	}
	active := true
	_, err := c.options.Tabs.Create(TabChange{URL: c.resolve(page), Active: &active})
	return nil, err
}
