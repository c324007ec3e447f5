package manifest

import (
	"errors"

	winreg "golang.org/x/sys/windows/registry"
)

func systemRegistry() registry { return windowsRegistry{} }

type windowsRegistry struct{}

func (k Key) open() (hive winreg.Key, view uint32) {
	hive, view = winreg.CURRENT_USER, winreg.WOW64_64KEY
	if k.Hive == "HKEY_LOCAL_MACHINE" {
		hive = winreg.LOCAL_MACHINE
	}
	if k.View == 32 {
		view = winreg.WOW64_32KEY
	}
	return hive, view
}

func (windowsRegistry) value(k Key, name string) (string, error) {
	hive, view := k.open()
	key, err := winreg.OpenKey(hive, k.Path+`\`+name, winreg.QUERY_VALUE|view)
	if err != nil {
		return "", err
	}
	defer key.Close()
	value, kind, err := key.GetStringValue("")
	if err == nil && kind == winreg.EXPAND_SZ { // as both families of browsers do
		value, err = winreg.ExpandString(value)
	}
	return value, err
}

func (windowsRegistry) set(k Key, name, value string) error {
	hive, view := k.open()
	key, _, err := winreg.CreateKey(hive, k.Path+`\`+name, winreg.SET_VALUE|view)
	if err != nil {
		return err
	}
	defer key.Close()
	return key.SetStringValue("", value)
}

func (windowsRegistry) remove(k Key, name string) error {
	hive, view := k.open()
	parent, err := winreg.OpenKey(hive, k.Path, winreg.ALL_ACCESS|view)
	if err != nil {
		return err
	}
	defer parent.Close()
	return winreg.DeleteKey(parent, name)
}

func (windowsRegistry) names(k Key) ([]string, error) {
	hive, view := k.open()
	key, err := winreg.OpenKey(hive, k.Path, winreg.ENUMERATE_SUB_KEYS|view)
	if errors.Is(err, winreg.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer key.Close()
	return key.ReadSubKeyNames(-1)
}
