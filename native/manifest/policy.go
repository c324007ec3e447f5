package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Policy is what the administrator of a machine has said about a native app in a browser. The zero value says nothing.
type Policy struct {
	Dir string // where it was looked for; "" where that is not known

	Blocked    string // the file whose NativeMessagingBlocklist the app is in, and in no NativeMessagingAllowlist
	SystemOnly string // the file whose NativeMessagingUserLevelHosts is false: the user's scope is passed over
}

// policyDirs says where browsers on Linux keep the policies that are mandatory; others are ignored for native apps
// (chromium: chrome/browser/extensions/api/messaging/chrome_messaging_delegate.cc).
var policyDirs = map[string]struct{ dir, source string }{
	"chrome":             {"/etc/opt/chrome/policies/managed", chromiumPaths},
	"chrome-beta":        {"/etc/opt/chrome/policies/managed", chromiumPaths},
	"chrome-dev":         {"/etc/opt/chrome/policies/managed", chromiumPaths},
	"chrome-canary":      {"/etc/opt/chrome/policies/managed", chromiumPaths},
	"chrome-for-testing": {"/etc/opt/chrome_for_testing/policies/managed", chromiumPaths},
	"chromium":           {"/etc/chromium/policies/managed", chromiumPaths},
	"ungoogled-chromium": {"/etc/chromium/policies/managed", chromiumPaths},
	"brave":              {"/etc/brave/policies/managed", braveMain},
	"brave-beta":         {"/etc/brave/policies/managed", braveMain},
	"brave-nightly":      {"/etc/brave/policies/managed", braveMain},
	"edge":               {"/etc/opt/edge/policies/managed", edgePolicies},
	"edge-beta":          {"/etc/opt/edge/policies/managed", edgePolicies},
	"edge-dev":           {"/etc/opt/edge/policies/managed", edgePolicies},
	"edge-canary":        {"/etc/opt/edge/policies/managed", edgePolicies},
}

// Policy reads what the administrator of machine m has said about the native app called name. Only on Linux, and for
// a browser that is not confined, is it known where; Firefox has no such policies. The error is about a file that
// cannot be read or is not JSON, which the browser passes over; the policy is that of the other files. m may be nil.
func (b *Browser) Policy(m *Machine, p Package, name string) (Policy, error) {
	var policy Policy
	where, known := policyDirs[b.Name]
	if !known || p != Ordinary || m.os() != "linux" {
		return policy, nil
	}
	policy.Dir = m.Local(where.dir)
	entries, err := os.ReadDir(policy.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return policy, nil
	}
	var blocked, allowed []string
	var blockedBy string
	for _, entry := range entries { // the last file, by name, wins for each policy
		file := filepath.Join(policy.Dir, entry.Name())
		fields, failed := readPolicies(file)
		if failed != nil {
			err = errors.Join(err, failed)
			continue
		}
		decode := func(key string, to any) bool {
			return fields.has(key) && json.Unmarshal(fields.values[key], to) == nil
		}
		if decode("NativeMessagingBlocklist", &blocked) {
			blockedBy = file
		}
		decode("NativeMessagingAllowlist", &allowed)
		if userLevel := true; decode("NativeMessagingUserLevelHosts", &userLevel) {
			policy.SystemOnly = ""
			if !userLevel {
				policy.SystemOnly = file
			}
		}
	}
	if (slices.Contains(blocked, name) || slices.Contains(blocked, "*")) && !slices.Contains(allowed, name) {
		policy.Blocked = blockedBy
	}
	if err != nil {
		err = fmt.Errorf("policies of %s: %w", b.Title, err)
	}
	return policy, err
}

func readPolicies(file string) (*object, error) {
	info, err := os.Stat(file)
	if err == nil && info.IsDir() {
		return &object{}, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	fields, err := readObject(blankTrailingCommas(blankComments(bytes.TrimPrefix(text, []byte("\ufeff")))))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return fields, nil
}

// blankTrailingCommas replaces the comma behind a last member or element, which Chromium takes in policies alone
// (components/policy/core/common/config_dir_policy_loader.cc), by a space, so that offsets stay. Text has no comments.
func blankTrailingCommas(text []byte) []byte {
	out := bytes.Clone(text)
	inString := false
	var last byte // outside of strings, but for space
	comma := -1   // where it is, if it is last and behind something
	for i := 0; i < len(out); i++ {
		c := out[i]
		switch {
		case inString && c == '\\':
			i++
			continue
		case c == '"':
			inString = !inString
		case inString || strings.IndexByte(" \t\r\n", c) >= 0:
			continue
		case (c == '}' || c == ']') && comma >= 0:
			out[comma] = ' '
		}
		if comma = -1; c == ',' && strings.IndexByte("{[,:\x00", last) < 0 {
			comma = i
		}
		last = c
	}
	return out
}
