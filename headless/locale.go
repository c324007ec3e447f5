package headless

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/webport/webport"
)

// uiLocale is the language of the browser's user interface.
const uiLocale = "en_US"

// messages are an extension's _locales, the closest locale first.
type messages struct {
	catalogs   []map[string]string // by lower-case name; placeholders are replaced, $1 to $9 are not
	predefined map[string]string
}

// loadMessages reads the catalogs that count here: the locale of the user interface, its language, the default locale.
// dir is the directory as errors call it.
func (e *Extension) loadMessages(dir string) (*messages, error) {
	m := &messages{predefined: e.predefinedMessages()}
	v := e.Manifest.file.root.get("default_locale")
	if v == nil {
		if _, err := os.Stat(filepath.Join(e.Dir, "_locales")); err == nil && e.Dialect == webport.Chromium {
			return nil, errors.New("localization used, but default_locale wasn't specified in the manifest")
		}
		return m, nil
	}
	language, _, _ := strings.Cut(uiLocale, "_")
	fallback := strings.ReplaceAll(e.Manifest.DefaultLocale, "-", "_")
	seen := map[string]bool{}
	for _, locale := range []string{uiLocale, language, fallback} {
		if seen[locale] {
			continue
		}
		seen[locale] = true
		name := path.Join("_locales", locale, "messages.json")
		text, err := e.read(name)
		switch {
		case errors.Is(err, fs.ErrNotExist) && locale != fallback:
			continue
		case err != nil:
			return nil, v.errorf("cannot read %s of the default locale: %w", name, plainCause(err))
		}
		catalog, err := parseCatalog(filepath.Join(dir, filepath.FromSlash(name)), text, e.Dialect)
		if err != nil {
			return nil, err
		}
		m.catalogs = append(m.catalogs, catalog)
	}
	return m, nil
}

func (e *Extension) predefinedMessages() map[string]string {
	locale := uiLocale
	if e.Dialect == webport.Firefox {
		locale = strings.ReplaceAll(uiLocale, "_", "-")
	}
	id := e.ID
	if e.Dialect == webport.Firefox {
		// MDN: in Firefox it is the UUID of the URL, since it is meant for making URLs.
		id = strings.TrimSuffix(strings.TrimPrefix(e.BaseURL, "moz-extension://"), "/")
	}
	return map[string]string{
		"@@extension_id": id, "@@ui_locale": locale, "@@bidi_dir": "ltr", "@@bidi_reversed_dir": "rtl",
		"@@bidi_start_edge": "left", "@@bidi_end_edge": "right",
	}
}

var (
	messageName       = regexp.MustCompile(`^[A-Za-z0-9_@]+$`)
	namedPlaceholder  = regexp.MustCompile(`\$([A-Za-z0-9_@]+)\$`)
	numberedOrDollars = regexp.MustCompile(`\$(?:([1-9])\d*|(\$+))`)
	messageInText     = regexp.MustCompile(`__MSG_([A-Za-z0-9@_]+?)__`)
)

// maxSubstitutions is how many Chromium takes in i18n.getMessage.
const maxSubstitutions = 9

// parseCatalog reads a messages.json (Chromium's message_bundle.cc, Firefox's LocaleData.addLocale).
func parseCatalog(name string, text []byte, dialect webport.Dialect) (map[string]string, error) {
	file, err := parseJSONFile(name, text, dialect)
	if err != nil {
		return nil, err
	}
	r := &manifestReader{dialect: dialect}
	catalog := map[string]string{}
	if root := r.object(file.root); root != nil {
		for _, key := range root.names {
			entry := r.object(root.members[key])
			switch {
			case entry == nil:
			case !messageName.MatchString(key):
				r.fail(entry, "name of a key %q is invalid. Only ASCII [a-z], [A-Z], [0-9] and \"_\" are allowed", key)
			case entry.get("message") == nil:
				r.fail(entry, "there is no \"message\" element")
			default:
				catalog[strings.ToLower(key)] = r.message(entry)
			}
		}
	}
	return catalog, r.err()
}

// message is the text of an entry with its $placeholders$ replaced.
func (r *manifestReader) message(entry *jsonValue) string {
	contents := map[string]string{}
	if placeholders := r.object(entry.get("placeholders")); placeholders != nil {
		for _, name := range placeholders.names {
			placeholder := r.object(placeholders.members[name])
			if placeholder == nil {
				continue
			}
			if placeholder.get("content") == nil {
				r.fail(placeholder, "there is no \"content\" element")
			}
			contents[strings.ToLower(name)] = r.string(placeholder.get("content"))
		}
	}
	text := r.string(entry.get("message"))
	return namedPlaceholder.ReplaceAllStringFunc(text, func(match string) string {
		content, ok := contents[strings.ToLower(strings.Trim(match, "$"))]
		if !ok && r.dialect == webport.Chromium {
			r.fail(entry.get("message"), "variable %s used but not defined", match)
		}
		return content
	})
}

// get returns a message by name, whatever its case, with $1 to $9 as they are.
func (m *messages) get(name string) (string, bool) {
	name = strings.ToLower(name)
	for _, catalog := range m.catalogs {
		if text, ok := catalog[name]; ok {
			return text, true
		}
	}
	text, ok := m.predefined[name]
	return text, ok
}

// localise replaces every __MSG_name__ whose message there is.
func (m *messages) localise(text string) string {
	return messageInText.ReplaceAllStringFunc(text, func(match string) string {
		name := strings.TrimSuffix(strings.TrimPrefix(match, "__MSG_"), "__")
		if message, ok := m.get(name); ok {
			return m.substitute(message, nil)
		}
		return match
	})
}

// substitute puts the substitutions for $1 to $9; of a run of dollars the first is dropped.
func (m *messages) substitute(text string, substitutions []string) string {
	return numberedOrDollars.ReplaceAllStringFunc(text, func(match string) string {
		if match[1] == '$' {
			return match[1:]
		}
		if i := int(match[1] - '1'); i < len(substitutions) {
			return substitutions[i]
		}
		return ""
	})
}

// Message is i18n.getMessage: the message of that name, in any case, with $1 to $9 replaced; "" where there is none.
// Chromium takes no more than 9 substitutions (i18n.getMessage then gives undefined).
func (e *Extension) Message(name string, substitutions ...string) (string, error) {
	if len(substitutions) > maxSubstitutions && e.Dialect == webport.Chromium {
		return "", fmt.Errorf("message %q: %d substitutions, and no more than %d are allowed", name, len(substitutions), maxSubstitutions)
	}
	text, _ := e.messages.get(name)
	if _, predefined := e.messages.predefined[strings.ToLower(name)]; predefined {
		return text, nil
	}
	return e.messages.substitute(text, substitutions), nil
}

// UILocale is i18n.getUILanguage.
func (e *Extension) UILocale() string { return strings.ReplaceAll(uiLocale, "_", "-") }
