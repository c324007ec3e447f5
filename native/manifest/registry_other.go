//go:build !windows

package manifest

func systemRegistry() registry { return noRegistry{} }
