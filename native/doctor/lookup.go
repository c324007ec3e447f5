package doctor

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/webport/webport/native/manifest"
)

// policy finds out what the administrator has said: step Policy.
func (e *examination) policy() bool {
	b := e.in.Browser
	policy, err := b.Policy(e.options.Machine, e.in.Package, e.app)
	switch {
	case b.Format == manifest.Firefox:
		return e.report(Step{State: OK, Found: "none: Firefox has no policies about native apps"})
	case policy.Blocked != "":
		return e.report(Step{State: Failed, Found: policy.Blocked, Reason: "the app is in the NativeMessagingBlocklist, and in no NativeMessagingAllowlist", Mend: "ask the administrator for NativeMessagingAllowlist: [\"" + e.app + "\"]"})
	case policy.Dir == "":
		return e.report(Step{State: Unknown, Reason: "where " + b.Title + " keeps its policies is not known here", Mend: "see the page chrome://policy of the browser for NativeMessagingBlocklist"})
	case policy.SystemOnly != "":
		e.system = true
		return e.report(Step{State: OK, Found: policy.SystemOnly, Reason: "native manifests in the user's scope are passed over, as NativeMessagingUserLevelHosts says"})
	case err != nil:
		return e.report(Step{State: Unknown, Reason: err.Error(), Mend: "see the page chrome://policy of the browser for NativeMessagingBlocklist"})
	}
	return e.report(Step{State: OK, Found: "none about it in " + policy.Dir})
}

// closedAbove is the directory above file that may not be entered.
func closedAbove(file string) string {
	dir := filepath.Dir(file)
	for dir != filepath.Dir(dir) {
		if _, err := os.Lstat(dir); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	return dir
}

// lookup looks the app up for caller, "" for anybody.
func (e *examination) lookup(caller string) (*manifest.Manifest, []manifest.Attempt) {
	b, m := e.in.Browser, e.options.Machine
	if !e.system {
		return b.Find(m, e.in.Package, e.app, caller)
	}
	var dirs []string
	for _, l := range b.Locations(m, e.in.Package) {
		if l.Scope == manifest.System && l.Dir != "" {
			dirs = append(dirs, m.Local(l.Dir))
		}
	}
	return b.Format.Find(e.app, caller, dirs)
}

// find looks the app up as the browser does for anybody: steps Found and Valid.
func (e *examination) find() bool {
	b := e.in.Browser
	if err := b.Format.CheckName(e.app); err != nil {
		return e.report(Step{State: Failed, Reason: err.Error(), Mend: "rename the app, in its native manifest and in the extension"})
	}
	m, tried := e.lookup(e.extension.In(b.Format))
	if m == nil { // not for this caller; perhaps for another
		if anybody, all := e.lookup(""); anybody != nil {
			m, tried = anybody, all
		}
	}
	var there, passed, places, closed []string
	for _, attempt := range tried {
		places = append(places, attempt.File)
		if _, err := os.Lstat(attempt.File); err != nil {
			if errors.Is(err, fs.ErrPermission) {
				closed = append(closed, attempt.File)
			}
			continue
		}
		there = append(there, attempt.File)
		if attempt.Err != nil && m != nil {
			passed = append(passed, fmt.Sprintf("%s: %v", attempt.File, attempt.Err))
		}
	}
	switch {
	case len(tried) == 0:
		return e.report(Step{State: Failed, Reason: "where " + b.Title + " looks is not known"})
	case len(there) == 0 && len(closed) > 0:
		return e.report(Step{
			State: Failed, Found: closed[0], Reason: "this user, and so the browser, may not look there",
			Mend: "make the directory yours, which an installer that ran with sudo may have made: sudo chown -R \"$USER\" " + quote(closedAbove(closed[0])),
		})
	case len(there) == 0:
		return e.report(Step{State: Failed, Reason: "there is none at " + strings.Join(places, ", nor at "), Mend: e.install()})
	}
	e.report(Step{State: OK, Found: strings.Join(there, ", ")})
	if m == nil {
		var err error
		if m, err = b.Format.Read(there[0], e.app); err != nil {
			reason := strings.TrimPrefix(err.Error(), "native manifest "+there[0]+": ")
			mend := "edit the file, or: "
			if errors.Is(err, fs.ErrPermission) {
				return e.report(Step{State: Failed, Found: there[0], Reason: "this user, and so the browser, may not read it", Mend: "chmod a+r " + quote(there[0])})
			}
			if info, statErr := os.Stat(there[0]); statErr == nil && info.IsDir() {
				reason, mend = "it is a directory", "move it away, and: "
			}
			return e.report(Step{State: Failed, Found: there[0], Reason: reason, Mend: mend + e.install()})
		}
	}
	e.manifest = m
	s := Step{State: OK, Found: m.File}
	if len(passed) > 0 {
		s.Reason = "the browser passes over " + strings.Join(passed, "; ")
	}
	return e.report(s)
}

// identities returns those of a native manifest's callers that an extension can have. Chromium takes any host in an
// origin.
func identities(callers []string) []string {
	return slices.DeleteFunc(slices.Clone(callers), func(c string) bool {
		_, err := manifest.ParseExtension(c)
		return err != nil
	})
}

// callers finds out who may call: step Caller.
func (e *examination) callers() bool {
	m := e.manifest
	e.caller = e.extension.In(m.Format)
	may := strings.Join(m.Allowed, ", ")
	known, reason := identities(m.Allowed), ""
	if len(known) < len(m.Allowed) {
		reason = "in the list is what is no extension's id, and lets nobody call"
	}
	switch {
	case e.options.Extension != "" && e.caller == "":
		return e.report(Step{State: Failed, Reason: fmt.Sprintf("%s has no name in %v", e.options.Extension, m.Format), Mend: nameIn(m.Format)})
	case e.caller == "" && len(m.Allowed) == 0:
		return e.report(Step{State: Failed, Reason: "nobody may call: the list is empty", Mend: e.install()})
	case e.caller == "" && len(known) == 0:
		return e.report(Step{State: Failed, Found: may, Reason: reason, Mend: e.install()})
	case e.caller == "":
		e.caller = known[0]
		return e.report(Step{State: OK, Found: may, Reason: reason})
	case !m.Allows(e.caller):
		return e.report(Step{State: Failed, Found: may, Reason: e.caller + " is not in the list", Mend: e.allow()})
	}
	return e.report(Step{State: OK, Found: e.caller})
}
