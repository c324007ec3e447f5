package jshost

import (
	"maps"
	"sort"
	"sync"
)

// storage is chrome.storage: what each area holds, in memory.
type storage struct {
	changed func(area string, changes []storageChange)

	mu    sync.Mutex // guards following
	areas map[string]map[string]string
}

// storageChange is [key, old text or null, new text or null] on its way to js.
type storageChange [3]any

// inherit takes over what lasts when an extension is reloaded: all but the
// session's.
func (s *storage) inherit(former *storage) {
	former.mu.Lock()
	defer former.mu.Unlock()
	s.areas = map[string]map[string]string{}
	for area, items := range former.areas {
		if area != "session" {
			s.areas[area] = maps.Clone(items)
		}
	}
}

var storageMethods = map[string]apiMethod{
	"storage.get":    storageGet,
	"storage.set":    storageSet,
	"storage.remove": storageRemove,
	"storage.clear":  storageClear,
	"storage.keys":   storageKeys,
	"storage.bytes":  storageBytes,
	"storage.access": func(*Context, arguments) (any, error) { return nil, nil },
}

// storageArgs reads the area and, for most functions, the keys; all is set
// where the script gave none.
func storageArgs(args arguments) (area string, keys []string, all bool, err error) {
	if err = args.read(0, &area); err == nil {
		err = args.read(1, &keys)
	}
	return area, keys, !args.has(1), err
}

// items returns the items with the given keys, or all, sorted by key.
func (s *storage) items(area string, keys []string, all bool) [][2]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := [][2]string{}
	if !all {
		for _, key := range keys {
			if text, ok := s.areas[area][key]; ok {
				found = append(found, [2]string{key, text})
			}
		}
		return found
	}
	for key, text := range s.areas[area] {
		found = append(found, [2]string{key, text})
	}
	sort.Slice(found, func(i, j int) bool { return found[i][0] < found[j][0] })
	return found
}

// apply sets items and removes keys, and tells of what changed.
func (s *storage) apply(area string, set [][2]string, remove []string) {
	var changes []storageChange
	s.mu.Lock()
	if s.areas == nil {
		s.areas = map[string]map[string]string{}
	}
	items := s.areas[area]
	if items == nil {
		items = map[string]string{}
		s.areas[area] = items
	}
	for _, item := range set {
		old, had := items[item[0]]
		items[item[0]] = item[1]
		switch {
		case !had:
			changes = append(changes, storageChange{item[0], nil, item[1]})
		case old != item[1]:
			changes = append(changes, storageChange{item[0], old, item[1]})
		}
	}
	for _, key := range remove {
		if old, had := items[key]; had {
			delete(items, key)
			changes = append(changes, storageChange{key, old, nil})
		}
	}
	s.mu.Unlock()
	if len(changes) > 0 {
		s.changed(area, changes)
	}
}

// storageChanged tells all contexts, the one that made the change too.
func (e *Extension) storageChanged(area string, changes []storageChange) {
	text := toJSON(changes)
	for _, c := range e.all() {
		if c.options.Kind == ContentScript && area == "session" {
			continue
		}
		c.loop.Post(func() {
			_, err := c.fn.storageChanged.Call(area, text)
			c.failed(err)
		})
	}
}

func storageGet(c *Context, args arguments) (any, error) {
	area, keys, all, err := storageArgs(args)
	if err != nil {
		return nil, err
	}
	return c.options.Extension.storage.items(area, keys, all), nil
}

func storageSet(c *Context, args arguments) (any, error) {
	var area string
	var set [][2]string
	if err := args.read(0, &area); err != nil {
		return nil, err
	}
	if err := args.read(1, &set); err != nil {
		return nil, err
	}
	c.options.Extension.storage.apply(area, set, nil)
	return nil, nil
}

func storageRemove(c *Context, args arguments) (any, error) {
	area, keys, _, err := storageArgs(args)
	if err == nil {
		c.options.Extension.storage.apply(area, nil, keys)
	}
	return nil, err
}

func storageClear(c *Context, args arguments) (any, error) {
	area, _, _, err := storageArgs(args)
	if err != nil {
		return nil, err
	}
	s := &c.options.Extension.storage
	var keys []string
	for _, item := range s.items(area, nil, true) {
		keys = append(keys, item[0])
	}
	s.apply(area, nil, keys)
	return nil, nil
}

func storageKeys(c *Context, args arguments) (any, error) {
	area, _, _, err := storageArgs(args)
	keys := []string{}
	for _, item := range c.options.Extension.storage.items(area, nil, true) {
		keys = append(keys, item[0])
	}
	return keys, err
}

// storageBytes counts as browsers do: the key and the JSON text of the value.
func storageBytes(c *Context, args arguments) (any, error) {
	area, keys, all, err := storageArgs(args)
	n := 0
	for _, item := range c.options.Extension.storage.items(area, keys, all) {
		n += len(item[0]) + len(item[1])
	}
	return n, err
}
