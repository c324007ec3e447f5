package headless

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/webport/webport"
	"github.com/webport/webport/jshost"
)

// runScripts runs the scripts of the document that the parser stops for, and those marked async, in their order. It
// returns those that wait for the tree: deferred ones and modules.
func (p *page) runScripts() (deferred []scriptElement) {
	var scripts []scriptElement
	var err error
	if p.task(func() { scripts, err = p.document.scripts() }) != nil {
		return nil
	}
	if err != nil {
		p.own().failed(err)
	}
	for _, s := range scripts {
		if !s.Async && (s.isModule() || s.Defer && s.Src != "") {
			deferred = append(deferred, s)
			continue
		}
		p.task(func() { p.runScript(s) })
	}
	return deferred
}

func (s scriptElement) isModule() bool { return strings.EqualFold(strings.TrimSpace(s.Type), "module") }

// javaScriptType is what the type of a classic script may say: the JavaScript MIME types of the MIME Sniffing standard.
var javaScriptType = regexp.MustCompile(`(?i)^\s*(|(text|application)/(x-)?(java|ecma)script|text/(javascript1\.[0-5]|jscript|livescript))\s*$`)

// runScript runs a script element in the page's own world. Call it on the loop; it may be in the middle of a script.
func (p *page) runScript(s scriptElement) {
	if p.ended.Load() || p.frame.sandboxed("allow-scripts") || !s.isModule() && !javaScriptType.MatchString(s.Type) {
		return
	}
	name, text := p.url, s.Text
	if s.Src == "" && p.run != nil {
		p.own().say("error", "%s", inlineRefused[p.browser.options.Dialect])
		return
	}
	if s.Src != "" {
		source, err := p.fetchScript(s.Src)
		if err != nil {
			p.own().say("error", "Failed to load script: %v", err)
			p.document.fire(s.ID, eventInit{Type: "error"})
			return
		}
		name, text = s.Src, source
	}
	js := p.own().js
	if s.isModule() {
		js.RunModule(name, text, func(err error) { p.scriptEnded(s, err) })
		return
	}
	world := p.document.page()
	world.do("enterScript", s.ID)
	err := js.Run(name, text)
	world.do("leaveScript")
	p.scriptEnded(s, err)
}

func (p *page) scriptEnded(s scriptElement, err error) {
	p.own().failed(err)
	if s.Src != "" && !p.ended.Load() {
		p.document.fire(s.ID, eventInit{Type: "load"})
	}
}

// fetchScript gets a script that the page asks for.
func (p *page) fetchScript(url string) (string, error) {
	if p.run != nil && !strings.HasPrefix(url, p.run.extension.BaseURL) {
		return "", fmt.Errorf("get %s: loading the script violates the following Content Security Policy directive: \"script-src 'self'\"", url)
	}
	if r := p.browser.extensionAt(url); r != nil && r != p.run && !p.mayLoad(r, url) {
		return "", p.denied(url)
	}
	if strings.HasPrefix(url, "file:") && !strings.HasPrefix(p.url, "file:") {
		return "", fmt.Errorf("get %s: a page that is not a file may not load files", url)
	}
	s, err := p.browser.fetch(url)
	return s.script(), err
}

// mayLoad reports whether the page may have a file of an extension: web_accessible_resources.
func (p *page) mayLoad(r *running, url string) bool {
	name := strings.TrimPrefix(withoutFragment(url), r.extension.BaseURL)
	name, _, _ = strings.Cut(name, "?")
	return r.extension.Manifest.Accessible(name, p.matched())
}

// inlineRefused is what the console says of a script within an extension's page, whose policy is script-src 'self'.
var inlineRefused = map[webport.Dialect]string{
	webport.Chromium: "Executing inline script violates the following Content Security Policy directive 'script-src 'self''. The action has been blocked.",
	webport.Firefox:  "Content-Security-Policy: The page’s settings blocked an inline script (script-src-elem) from being executed because it violates the following directive: “script-src 'self'”",
}

// refusal is an error in a browser's own words, as its console has them.
type refusal string

// Error implements error.
func (r refusal) Error() string { return string(r) }

// denied is what the console says of a file that is not web accessible.
func (p *page) denied(url string) error {
	if p.browser.options.Dialect == webport.Firefox {
		return refusal("Security Error: Content at " + p.address() + " may not load or link to " + url + ".")
	}
	return refusal("Denying load of " + url + ". Resources must be listed in the web_accessible_resources manifest key in order to be loaded by pages outside the extension.")
}

// inserted runs a script element that a script inserted: its own code at once, another file's later.
func (p *page) inserted(s scriptElement) {
	if s.Src == "" && !s.isModule() {
		p.runScript(s)
		return
	}
	p.loop.Post(func() { p.runScript(s) })
}

// inject runs the content scripts that are due now: every extension's in the order of its manifest, each extension's in
// a world of its own, those for the page's own world there.
func (p *page) inject(runAt string) {
	for _, i := range p.browser.extensions {
		if r := i.now(); r != nil {
			p.injectFor(r, runAt)
		}
	}
}

// injectFor runs an extension's content scripts that are due.
func (p *page) injectFor(r *running, runAt string) {
	if p.run != nil {
		return // no extension's scripts run in an extension's page
	}
	// A page that loads while the extension is reloaded is among those that reinject visits.
	due := injection{r, runAt}
	if slices.Contains(p.injected, due) {
		return
	}
	p.injected = slices.DeleteFunc(p.injected, func(i injection) bool { return i.run != r && i.run.installed == r.installed })
	p.injected = append(p.injected, due)
	for i := range r.extension.Manifest.ContentScripts {
		c := &r.extension.Manifest.ContentScripts[i]
		if c.RunAt != runAt || len(c.JS) == 0 || !p.covered(c) {
			continue
		}
		for _, ref := range c.JS {
			p.task(func() {
				s, err := p.scopeFor(r, c.Main)
				if err == nil {
					err = s.js.Run(r.extension.BaseURL+strings.TrimLeft(ref.Name, "/"), r.extension.Script(ref))
				} else {
					s = p.own()
				}
				s.failed(err)
			})
		}
	}
}

// injection is the content scripts of an extension that are due at one time.
type injection struct {
	run   *running
	runAt string
}

// covered reports whether a content script is for this page.
func (p *page) covered(c *ContentScript) bool {
	if p.frame.parent != nil && !c.AllFrames {
		return false
	}
	url := p.address()
	if inheritsOrigin(url) {
		return (c.MatchAboutBlank || c.MatchOriginAsFallback) && c.Matches(p.matched())
	}
	if strings.HasPrefix(url, "data:") || strings.HasPrefix(url, "blob:") {
		return c.MatchOriginAsFallback && c.Matches(p.matched())
	}
	return c.Matches(url)
}

// scopeFor is the world of an extension's content scripts in the page, made when it is first needed.
func (p *page) scopeFor(r *running, main bool) (*scope, error) {
	if main {
		return p.own(), nil
	}
	for _, s := range p.scopes[1:] {
		if s.run == r {
			return s, nil
		}
	}
	return p.newScope(jshost.ContentScript, r, true)
}
