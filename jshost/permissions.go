package jshost

import "slices"

// granted are the optional permissions that were requested and given.
type granted struct {
	permissions []string
	origins     []string
}

// permissionSet is permissions.Permissions.
type permissionSet struct {
	Permissions []string `json:"permissions"`
	Origins     []string `json:"origins"`
}

var permissionMethods = map[string]apiMethod{
	"permissions.contains": (*Context).permissionsContain,
	"permissions.getAll":   func(c *Context, _ arguments) (any, error) { return c.options.Extension.permissions(), nil },
	"permissions.request":  (*Context).permissionsRequest,
	"permissions.remove":   (*Context).permissionsRemove,
}

// permissions are those that the extension has now.
func (e *Extension) permissions() permissionSet {
	e.mu.Lock()
	defer e.mu.Unlock()
	m := &e.manifest
	return permissionSet{
		Permissions: slices.Concat([]string{}, names(m.Permissions), e.granted.permissions),
		Origins:     slices.Concat([]string{}, patterns(m.Permissions), m.Hosts, e.granted.origins),
	}
}

func (e *Extension) grantedNames() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.granted.permissions)
}

func (e *Extension) has(want permissionSet) bool {
	have := e.permissions()
	return all(want.Permissions, func(p string) bool { return slices.Contains(have.Permissions, p) }) &&
		all(want.Origins, func(o string) bool { return covered(have.Origins, o) })
}

// covered reports whether one of the patterns is origin or stands for all.
func covered(patterns []string, origin string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		return p == origin || p == "<all_urls>" || p == "*://*/*" && origin != "<all_urls>"
	})
}

func all(list []string, ok func(string) bool) bool {
	return !slices.ContainsFunc(list, func(s string) bool { return !ok(s) })
}

func (c *Context) permissionsContain(args arguments) (any, error) {
	var want permissionSet
	err := args.read(0, &want)
	return c.options.Extension.has(want), err
}

// permissionsRequest grants what manifest.json lists as optional, unless
// ExtensionInfo.MayUse objects: nobody is here to be asked.
func (c *Context) permissionsRequest(args arguments) (any, error) {
	var want permissionSet
	if err := args.read(0, &want); err != nil {
		return nil, err
	}
	e := c.options.Extension
	if e.has(want) {
		return true, nil
	}
	optional := names(e.manifest.Optional)
	hosts := slices.Concat(patterns(e.manifest.Optional), e.manifest.OptionHosts, e.manifest.Hosts)
	have := e.permissions()
	for _, p := range want.Permissions {
		if !slices.Contains(optional, p) && !slices.Contains(have.Permissions, p) {
			return nil, &codedError{"notOptional", p}
		}
	}
	for _, o := range want.Origins {
		if !covered(hosts, o) && !covered(have.Origins, o) {
			return nil, &codedError{"notOptional", o}
		}
	}
	if e.info.MayUse != nil && !e.info.MayUse(want.Permissions, want.Origins) {
		return false, nil
	}
	e.mu.Lock()
	e.granted.permissions = merge(e.granted.permissions, want.Permissions)
	e.granted.origins = merge(e.granted.origins, want.Origins)
	e.mu.Unlock()
	e.Fire("permissions.onAdded", want)
	return true, nil
}

func merge(have, more []string) []string {
	for _, s := range more {
		if !slices.Contains(have, s) {
			have = append(have, s)
		}
	}
	return have
}

// permissionsRemove takes back what was granted on request; what manifest.json
// requires cannot be removed.
func (c *Context) permissionsRemove(args arguments) (any, error) {
	var gone permissionSet
	if err := args.read(0, &gone); err != nil {
		return nil, err
	}
	e := c.options.Extension
	for _, p := range gone.Permissions {
		if slices.Contains(names(e.manifest.Permissions), p) {
			return nil, &codedError{"required", p}
		}
	}
	had := e.has(gone)
	e.mu.Lock()
	drop := func(from, what []string) []string {
		return slices.DeleteFunc(slices.Clone(from), func(s string) bool { return slices.Contains(what, s) })
	}
	e.granted.permissions = drop(e.granted.permissions, gone.Permissions)
	e.granted.origins = drop(e.granted.origins, gone.Origins)
	e.mu.Unlock()
	if had {
		e.Fire("permissions.onRemoved", gone)
	}
	return had, nil
}
