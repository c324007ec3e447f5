package headless

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/webport/webport"
)

// manifestName is the file that makes a directory an extension.
const manifestName = "manifest.json"

// Manifest is what a manifest.json says, as far as it means something to Ports. Keys that are not here are ignored,
// as browsers ignore keys they do not know; [Extension.ManifestJSON] has them all.
type Manifest struct {
	// Version is manifest_version: 2 or 3. Chromium itself refuses 2 since version 139; here both dialects take it.
	Version int
	// Name and ExtensionVersion are the keys name and version; Name is as written, before localisation.
	Name, ExtensionVersion string
	DefaultLocale          string

	Background     Background
	ContentScripts []ContentScript
	// ExternallyConnectable is nil where the manifest has no such key, and in the Firefox dialect, which does not know it:
	// then every extension may connect and no page.
	ExternallyConnectable *ExternallyConnectable

	// Permissions holds the names of APIs, Hosts the match patterns (of permissions in MV2, of host_permissions in MV3).
	Permissions, OptionalPermissions []string
	Hosts, OptionalHosts             []*Pattern

	// Action is nil where there is no button: none of the keys action, browser_action and page_action.
	Action  *Action
	Options *FileRef

	WebAccessibleResources []WebAccessibleResource

	// StructuredClone is true when message_serialization asks for it (Chromium) and always in the Firefox dialect.
	StructuredClone bool

	// Warnings says what of the manifest has no effect, each with file, line and column.
	Warnings []string

	key     *jsonValue // Chromium: the public key, base64 of DER
	geckoID *jsonValue
	file    *jsonFile
}

// Action is the button of an extension. Key is the manifest's key for it: action, browser_action or page_action.
type Action struct {
	Key   string
	Title string
	Popup *FileRef
}

// ExternallyConnectable says which other extensions and which web pages may connect.
type ExternallyConnectable struct {
	IDs              []string // "*" is every extension
	Matches          []*Pattern
	AcceptsTLSChanID bool
}

// AllowsExtension reports whether the extension with the id may connect. A nil receiver allows all of them.
func (e *ExternallyConnectable) AllowsExtension(id string) bool {
	if e == nil {
		return true
	}
	for _, allowed := range e.IDs {
		if allowed == "*" || allowed == id {
			return true
		}
	}
	return false
}

// AllowsPage reports whether the web page at the URL may connect. A nil receiver allows none.
func (e *ExternallyConnectable) AllowsPage(url string) bool {
	return e != nil && matchesAny(e.Matches, url)
}

// WebAccessibleResource is a set of files of the extension that pages may load.
type WebAccessibleResource struct {
	resources []glob
	matches   []*Pattern // nil in MV2: every page
}

// parseManifest reads the text of a manifest. The error names everything that is wrong, each with file, line, column
// and the path of the value.
func parseManifest(name string, text []byte, dialect webport.Dialect) (*Manifest, error) {
	file, err := parseJSONFile(name, text, dialect)
	if err != nil {
		return nil, err
	}
	file.nullIsNothing = dialect == webport.Firefox
	r := &manifestReader{dialect: dialect}
	root := r.object(file.root)
	if root == nil {
		return nil, r.err()
	}
	m := &Manifest{file: file}
	m.Version = r.manifestVersion(root)
	if m.Version == 0 {
		return nil, r.err() // every other key means something only within a version
	}
	m.readIdentity(r, root)
	m.Background = r.background(root.get("background"), m.Version)
	for _, v := range r.list(root.get("content_scripts")) {
		m.ContentScripts = append(m.ContentScripts, r.contentScript(v))
	}
	m.ExternallyConnectable = r.externallyConnectable(root.get("externally_connectable"))
	m.readPermissions(r, root)
	m.Action = r.action(root, m.Version)
	m.Options = r.options(root)
	m.WebAccessibleResources = r.webAccessibleResources(root.get("web_accessible_resources"), m.Version)
	m.StructuredClone = r.structuredClone(root.get("message_serialization"))
	r.icons(root.get("icons"))
	m.Warnings = r.texts()
	return m, r.err()
}

func (r *manifestReader) manifestVersion(root *jsonValue) int {
	v := root.get("manifest_version")
	if v == nil {
		r.fail(root, "manifest_version is missing (expected 2 or 3)")
		return 0
	}
	switch strings.TrimSpace(string(v.raw)) {
	case "2":
		return 2
	case "3":
		return 3
	}
	r.fail(v, "unknown manifest_version %s (expected the number 2 or 3)", v.raw)
	return 0
}

var (
	chromiumVersion = regexp.MustCompile(`^(0|[1-9]\d{0,9})(\.(0|[1-9]\d{0,9})){0,3}$`)
	firefoxVersion  = regexp.MustCompile(`^(0|[1-9]\d{0,8})(\.(0|[1-9]\d{0,8})){0,3}$`)
	localeName      = regexp.MustCompile(`^[A-Za-z0-9_@-]+$`)
)

func (m *Manifest) readIdentity(r *manifestReader, root *jsonValue) {
	for _, name := range []string{"name", "version"} {
		if root.get(name) == nil {
			r.fail(root, "%s is missing", name)
		}
	}
	if v := root.get("name"); v != nil {
		if m.Name = r.string(v); m.Name == "" && v.kind == '"' {
			r.fail(v, "the name is empty")
		}
	}
	if v := root.get("version"); v != nil {
		m.ExtensionVersion = r.string(v)
		switch {
		case v.kind != '"':
		case r.dialect == webport.Chromium && !chromiumVersion.MatchString(m.ExtensionVersion):
			r.fail(v, "%q is no version (expected one to four numbers with dots between them, as 1.2.3)", m.ExtensionVersion)
		case r.dialect == webport.Firefox && !firefoxVersion.MatchString(m.ExtensionVersion):
			r.warn(v, "version must be a version string consisting of at most 4 integers of at most 9 digits without leading zeros, and separated with dots")
		}
	}
	if v := root.get("default_locale"); v != nil {
		if m.DefaultLocale = r.string(v); v.kind == '"' && !localeName.MatchString(m.DefaultLocale) {
			r.fail(v, "%q is no name of a locale (expected one like en or pt_BR)", m.DefaultLocale)
		}
	}
	// What identifies an extension to the other browser is not looked at.
	if r.dialect == webport.Chromium {
		if v := root.get("key"); r.is(v, '"', "a string") {
			m.key = v
		}
		return
	}
	for _, name := range []string{"browser_specific_settings", "applications"} {
		gecko := r.object(r.object(root.get(name)).get("gecko"))
		if id := gecko.get("id"); m.geckoID == nil && id != nil && r.is(id, '"', "a string") {
			m.geckoID = id
		}
	}
}

func (r *manifestReader) externallyConnectable(v *jsonValue) *ExternallyConnectable {
	if v = r.object(v); v == nil {
		return nil
	}
	if r.dialect == webport.Firefox {
		// The key is unknown to Firefox, and connections are as without it.
		r.warn(v, "Warning processing externally_connectable: An unexpected property was found in the WebExtension manifest.")
		return nil
	}
	e := &ExternallyConnectable{
		IDs:              r.strings(v.get("ids")),
		Matches:          r.patterns(v.get("matches"), ForPages),
		AcceptsTLSChanID: r.boolean(v.get("accepts_tls_channel_id"), false),
	}
	for _, id := range r.list(v.get("ids")) {
		if id.kind == '"' && id.text() != "*" && !isChromiumID(id.text()) {
			r.fail(id, "Invalid ID '%s'", id.text())
		}
	}
	if v.get("ids") == nil && v.get("matches") == nil {
		r.warn(v, "'externally_connectable' specifies neither 'matches' nor 'ids'; nothing will be able to connect")
	}
	return e
}

func (m *Manifest) readPermissions(r *manifestReader, root *jsonValue) {
	for key, into := range map[string]struct {
		names *[]string
		hosts *[]*Pattern
	}{
		"permissions":               {&m.Permissions, &m.Hosts},
		"optional_permissions":      {&m.OptionalPermissions, &m.OptionalHosts},
		"host_permissions":          {nil, &m.Hosts},
		"optional_host_permissions": {nil, &m.OptionalHosts},
	} {
		if strings.Contains(key, "host") && m.Version == 2 {
			if v := root.get(key); v != nil {
				r.warn(v, "manifest_version 2 has no such key: put the patterns into permissions")
			}
			continue
		}
		for _, v := range r.list(root.get(key)) {
			switch {
			case v.kind == '{' && into.names != nil: // as {"fileSystem": ["write"]}
				*into.names = append(*into.names, v.names...)
			case v.kind != '"' && r.dialect == webport.Firefox:
				r.warn(v, "ignored: expected a string, found %s", v.kindName())
			case !r.is(v, '"', "a string"):
			case v.text() == allURLs || strings.Contains(v.text(), "://"):
				*into.hosts = r.host(*into.hosts, v)
			case into.names == nil:
				r.warn(v, "ignored: invalid match pattern %q: it has no scheme", v.text())
			default:
				*into.names = append(*into.names, v.text())
			}
		}
	}
}

func (r *manifestReader) action(root *jsonValue, version int) *Action {
	keys := []string{"browser_action", "page_action"}
	if version == 3 {
		keys = []string{"action", "page_action"}
	}
	for _, wrong := range []string{"action", "browser_action"} {
		if v := root.get(wrong); v != nil && wrong != keys[0] {
			r.warn(v, "manifest_version %d has no such key: it is called %s", version, keys[0])
		}
	}
	for _, key := range keys {
		if v := r.object(root.get(key)); v != nil {
			a := &Action{Key: key, Title: r.string(v.get("default_title"))}
			if popup := v.get("default_popup"); popup != nil && r.string(popup) != "" {
				a.Popup = r.file(popup)
			}
			return a
		}
	}
	return nil
}

func (r *manifestReader) options(root *jsonValue) *FileRef {
	if ui := r.object(root.get("options_ui")); ui.get("page") != nil {
		return r.file(ui.get("page"))
	}
	if page := root.get("options_page"); page != nil {
		return r.file(page)
	}
	return nil
}

func (r *manifestReader) icons(v *jsonValue) {
	if v = r.object(v); v != nil {
		for _, name := range v.names {
			r.file(v.members[name])
		}
	}
}

func (r *manifestReader) webAccessibleResources(v *jsonValue, version int) []WebAccessibleResource {
	if version == 2 {
		if names := r.strings(v); names != nil {
			return []WebAccessibleResource{{resources: resourceGlobs(names)}}
		}
		return nil
	}
	var all []WebAccessibleResource
	for _, item := range r.list(v) {
		if item = r.object(item); item == nil {
			continue
		}
		if item.get("resources") == nil {
			r.fail(item, "resources is missing")
		}
		if item.get("matches") == nil && item.get("extension_ids") == nil {
			r.fail(item, "matches or extension_ids is missing")
		}
		all = append(all, WebAccessibleResource{
			resources: resourceGlobs(r.strings(item.get("resources"))),
			matches:   append([]*Pattern{}, r.patterns(item.get("matches"), ForPages)...),
		})
	}
	return all
}

func resourceGlobs(names []string) []glob {
	var all []glob
	for _, name := range names {
		all = append(all, glob{text: strings.TrimPrefix(name, "/")})
	}
	return all
}

// Accessible reports whether the page at pageURL may load the extension's file called name.
func (m *Manifest) Accessible(name, pageURL string) bool {
	for _, w := range m.WebAccessibleResources {
		if w.matches != nil && !matchesAny(w.matches, pageURL) {
			continue
		}
		for _, g := range w.resources {
			if g.match(name) {
				return true
			}
		}
	}
	return false
}

func (r *manifestReader) structuredClone(v *jsonValue) bool {
	if r.dialect == webport.Firefox {
		return true
	}
	if v == nil {
		return false
	}
	if v.kind == '"' && (v.text() == "json" || v.text() == "structured_clone") {
		return v.text() == "structured_clone"
	}
	r.fail(v, "%w", errMessageSerialization)
	return false
}

// errMessageSerialization is Chromium's text.
//
//lint:ignore ST1005 a browser's text
var errMessageSerialization = errors.New("Invalid value for 'message_serialization'. Must be 'json' or 'structured_clone'.")

// localised returns the manifest as JSON with every __MSG_name__ in a string replaced. Where there is neither such a
// message nor a comment nor a byte order mark, it is the file byte for byte.
func (f *jsonFile) localised(replace func(string) string) []byte {
	var out []byte
	done := 0
	for _, v := range f.root.stringsInOrder(nil) {
		before := v.text()
		if after := replace(before); after != before {
			out = append(out, f.text[done:v.offset]...)
			quoted, err := jsontext.AppendQuote(nil, after)
			if err != nil {
				quoted = fmt.Appendf(nil, "%q", strings.ToValidUTF8(after, "\uFFFD"))
			}
			out = append(out, quoted...)
			done = v.offset + len(v.raw)
		}
	}
	return append(out, f.text[done:]...)
}

// stringsInOrder lists the string values below v in the order of the file.
func (v *jsonValue) stringsInOrder(all []*jsonValue) []*jsonValue {
	if v.kind == '"' {
		return append(all, v)
	}
	for _, name := range v.names {
		all = v.members[name].stringsInOrder(all)
	}
	for _, item := range v.items {
		all = item.stringsInOrder(all)
	}
	return all
}
