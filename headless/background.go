package headless

import "github.com/webport/webport"

// Background is the background of an extension: nothing, Scripts, a Page or a ServiceWorker (at most one of them is set).
type Background struct {
	// Scripts run one after the other in a generated page.
	Scripts []FileRef
	// Page is a document of the extension with scripts of its own.
	Page *FileRef
	// ServiceWorker is the one script of an MV3 background in Chromium.
	ServiceWorker *FileRef
	// Module is true when the scripts are ES modules.
	Module bool
	// Persistent is false when the background stops for idleness.
	Persistent bool
}

// IsZero reports whether the extension has no background.
func (b Background) IsZero() bool {
	return len(b.Scripts) == 0 && b.Page == nil && b.ServiceWorker == nil
}

// background reads the key and lets the dialect decide where several kinds stand side by side, as authors write them
// for both browsers: Chromium takes the service worker of MV3 and ignores the rest, Firefox has no service workers for
// extensions and takes page or scripts.
func (r *manifestReader) background(v *jsonValue, version int) Background {
	if v = r.object(v); v == nil {
		return Background{}
	}
	b := Background{Module: r.oneOf(v.get("type"), "classic", "module") == "module"}
	persistent := r.boolean(v.get("persistent"), version == 2)
	if v.get("persistent") != nil && version == 3 && persistent {
		r.warn(v.get("persistent"), "a background of manifest_version 3 is never persistent")
	}
	worker, page, scripts := v.get("service_worker"), v.get("page"), v.get("scripts")
	workers := r.dialect == webport.Chromium && version == 3
	switch {
	case workers && worker != nil:
		b.ServiceWorker = r.file(worker)
		r.ignored("the service worker is used", page) // but scripts beside it are how one says it to both browsers
	case workers:
		r.ignored("in Chromium a background of manifest_version 3 is a service_worker", page, scripts)
		return Background{}
	case page != nil:
		b.Page = r.file(page)
		if scripts != nil && r.dialect == webport.Chromium {
			r.fail(scripts, "background.page and background.scripts cannot be used at the same time")
		} else {
			r.ignored("background.page is used", scripts)
		}
		r.ignored("background.page is used", worker)
	case scripts != nil:
		b.Scripts = r.files(scripts)
		if version == 2 {
			r.ignored("background.scripts is used", worker)
		}
	case worker != nil && r.dialect == webport.Firefox:
		r.fail(worker, "background.service_worker is currently disabled. Add background.scripts.")
	case worker != nil:
		r.ignored("a service worker needs manifest_version 3", worker)
	}
	if b.IsZero() {
		return Background{}
	}
	b.Persistent = version == 2 && persistent
	return b
}

func (r *manifestReader) ignored(why string, values ...*jsonValue) {
	for _, v := range values {
		if v != nil {
			r.warn(v, "ignored: %s", why)
		}
	}
}
