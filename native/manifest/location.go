package manifest

import (
	"fmt"
)

// Scope says for whom a native manifest is installed.
type Scope int

const (
	// User is the user's own scope, which browsers look at first.
	User Scope = iota
	// System is that of all users of the machine. Writing there mostly takes an administrator.
	System
)

// String returns "user" or "system".
func (s Scope) String() string {
	if s == System {
		return "system"
	}
	return "user"
}

// ParseScope is the inverse of Scope.String.
func ParseScope(text string) (Scope, error) {
	switch text {
	case "user":
		return User, nil
	case "system":
		return System, nil
	}
	return User, fmt.Errorf("there is no scope %q: use user or system", text)
}

// Package says how a browser is packaged, where that decides where it looks and what it may run.
type Package string

const (
	// Ordinary is a browser that runs unconfined: from a package of the system, its vendor, or an archive.
	Ordinary Package = ""
	// Snap is a browser confined by snapd.
	Snap Package = "snap"
	// Flatpak is a browser confined by Flatpak.
	Flatpak Package = "flatpak"
)

// Evidence says how a location came to be known. The order is from good to none.
type Evidence int

const (
	// Measured means that the browser was seen to read it.
	Measured Evidence = iota
	// SourceCode means that the browser's code, or that of the portal it asks, says so.
	SourceCode
	// Documented means that the vendor says so.
	Documented
	// Reported means that users or other installers say so, and neither the vendor nor its code was found to.
	Reported
	// Unknown means that no source was found. Such a location has neither Dir nor Key.
	Unknown
)

// String returns a word for the evidence.
func (e Evidence) String() string {
	return [...]string{"measured", "source code", "documented", "reported", "unknown"}[e]
}

// Key is a key of the Windows registry whose subkey with the name of a native app has, as its default value, the path
// of the native manifest.
type Key struct {
	Hive string // "HKEY_CURRENT_USER" or "HKEY_LOCAL_MACHINE"
	Path string // such as `Software\Mozilla\NativeMessagingHosts`
	View int    // 32 or 64: the view of the registry that is read
}

// String returns the key as reg.exe takes it, with its view.
func (k Key) String() string { return fmt.Sprintf(`%s\%s (%d-bit view)`, k.Hive, k.Path, k.View) }

// stored is k as it is stored: below HKEY_CURRENT_USER both views show one and the same key (Microsoft, "Registry Keys
// Affected by WOW64": only what that lists is redirected).
func (k Key) stored() Key {
	if k.Hive == "HKEY_CURRENT_USER" {
		k.View = 64
	}
	return k
}

// Location is one place where a browser looks for native manifests: a directory, or on Windows a key of the registry.
type Location struct {
	Browser string // Browser.Name
	Package Package
	Scope   Scope
	Dir     string // absolute, a path of the machine; "" on Windows, and where Evidence is Unknown
	Key     Key    // Windows only

	// Install says that PlanInstall writes here, for this browser; elsewhere the browser looks too, but one place is
	// enough, or it belongs to another browser.
	Install bool

	Evidence Evidence
	Source   string // an address, a file of the browser's source, or an issue

	base string // the part of Dir that is never removed
}

// String says which browser's location it is, and where.
func (l Location) String() string {
	name := l.Browser
	if l.Package != "" {
		name += " (" + string(l.Package) + ")"
	}
	switch {
	case l.Dir != "":
		return fmt.Sprintf("%s, %v: %s", name, l.Scope, l.Dir)
	case l.Key.Path != "":
		return fmt.Sprintf("%s, %v: %v", name, l.Scope, l.Key)
	}
	return fmt.Sprintf("%s, %v: unknown", name, l.Scope)
}

// Locations returns where the browser, packaged so, looks for native manifests on machine m, in its order. Where it is
// not known to look anywhere in a scope, there is a location of that scope with the Evidence Unknown. It returns nil for
// a browser that does not exist there or has no native messaging. m may be nil.
func (b *Browser) Locations(m *Machine, p Package) []Location {
	on := b.on(m.os(), p)
	if on == nil {
		return nil
	}
	if m.os() == "windows" {
		return b.keys(m, on)
	}
	var list []Location
	for _, scope := range []Scope{User, System} {
		places := on.user
		if scope == System {
			places = on.system
		}
		for _, place := range places {
			l := Location{Browser: b.Name, Package: p, Scope: scope, Evidence: place.evidence, Source: place.source}
			if place.dir != "" {
				l.Dir, l.base = m.expand(place.dir)
			}
			switch {
			case l.Dir != "":
				l.Install = !place.lookOnly && (place.onlyIf == "" || m.exists(place.onlyIf))
			case place.dir != "":
				l.Evidence, l.Source = Unknown, noHome
			}
			list = append(list, l)
		}
	}
	return list
}

// keys spreads the keys of a row over hives and views. Chromium looks in each hive through the 32-bit view and then
// through the 64-bit one, and in each view at all of its keys; Firefox at HKEY_CURRENT_USER through the 64-bit view
// alone (launch_context_win.cc; NativeManifests.sys.mjs).
func (b *Browser) keys(m *Machine, on *system) []Location {
	type door struct {
		scope Scope
		view  int
	}
	doors := []door{{User, 32}, {User, 64}, {System, 32}, {System, 64}}
	if b.Format == Firefox {
		doors = []door{{User, 64}, {System, 32}, {System, 64}}
	}
	var list []Location
	written, unknown := map[Scope]bool{}, map[Scope]bool{}
	for _, d := range doors {
		hive := "HKEY_CURRENT_USER"
		if d.scope == System {
			hive = "HKEY_LOCAL_MACHINE"
		}
		for _, place := range on.user {
			l := Location{Browser: b.Name, Scope: d.scope, Evidence: place.evidence, Source: place.source}
			switch {
			case place.dir != "":
				l.Key = Key{Hive: hive, Path: place.dir, View: d.view}
				l.Install = !place.lookOnly && !written[d.scope]
				written[d.scope] = written[d.scope] || l.Install
			case unknown[d.scope]:
				continue // both views are one unknown place
			default:
				unknown[d.scope] = true
			}
			list = append(list, l)
		}
	}
	return list
}
