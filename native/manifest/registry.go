package manifest

import "errors"

// registry is what is used of the Windows registry. name is the subkey of a native app, whose default value counts.
type registry interface {
	value(k Key, name string) (string, error) // an error where there is none
	set(k Key, name, value string) error
	remove(k Key, name string) error // the subkey; k itself stays
	names(k Key) ([]string, error)   // of the subkeys; none where k is not there
}

var (
	errNoKey      = errors.New("no such key of the registry")
	errNoRegistry = errors.New("this system has no registry")
)

// noRegistry is that of systems without one.
type noRegistry struct{}

func (noRegistry) value(Key, string) (string, error) { return "", errNoRegistry }
func (noRegistry) set(Key, string, string) error     { return errNoRegistry }
func (noRegistry) remove(Key, string) error          { return errNoRegistry }
func (noRegistry) names(Key) ([]string, error)       { return nil, nil }
