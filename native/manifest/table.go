package manifest

// TableVersion is the day on which the table of browsers was last held against its sources.
const TableVersion = "2026-11-22"

// Browsers returns the table of browsers: every one that is known to have native messaging, or known not to. The rows
// must not be changed. Several browsers share locations; what is installed once then serves all of them.
func Browsers() []*Browser {
	var list []*Browser
	for i := range chromiumFamily {
		list = append(list, &chromiumFamily[i])
	}
	for i := range firefoxFamily {
		list = append(list, &firefoxFamily[i])
	}
	return list
}

// The sources of the rows. A path is a file of the browser's source; REPOSITORY#N is an issue there.
const (
	chromeDocs   = "https://developer.chrome.com/docs/extensions/develop/concepts/native-messaging"
	edgeDocs     = "https://learn.microsoft.com/en-us/microsoft-edge/extensions/developer-guide/native-messaging"
	edgePolicies = "https://learn.microsoft.com/en-us/deployedge/configure-microsoft-edge"
	mozillaDocs  = "https://developer.mozilla.org/en-US/docs/Mozilla/Add-ons/WebExtensions/Native_manifests"

	chromiumPaths = "chromium: chrome/common/chrome_paths.cc, chrome_paths_linux.cc, chrome_paths_mac.mm" // user data directory + NativeMessagingHosts
	chromiumWin   = "chromium: chrome/browser/extensions/api/messaging/launch_context_win.cc"
	braveMain     = "brave-core: app/brave_main_delegate.cc (PreSandboxStartup)"
	vivaldiMain   = "vivaldi: vivaldi_browser_main_extra_parts.cc (PostEarlyInitialization)"
	mozillaDirs   = "firefox: toolkit/xre/nsXREDirProvider.cpp, toolkit/components/extensions/NativeManifests.sys.mjs"
	waterfoxDirs  = "BrowserWorks/Waterfox: toolkit/xre/nsXREDirProvider.cpp, toolkit/components/extensions/NativeManifests.sys.mjs"
	portalPaths   = "xdg-desktop-portal: src/web-extensions.c; toolkit/components/extensions/test/xpcshell/test_ext_native_messaging_portal_real.js"

	keepassxc = "keepassxreboot/keepassxc: src/browser/NativeMessageInstaller.cpp"
	vdhcoapp  = "aclap-dev/vdhcoapp: config.toml"
	gopass    = "gopasspw/gopass-jsonapi: internal/jsonapi/manifest"
	bitwarden = "bitwarden/clients: apps/desktop/src/main/native-messaging.main.ts"
	measured  = "measured with Chromium 156 and Firefox ESR 153 (Debian)"

	notFound = "no source found"
	noHome   = "there is no home directory: set HOME, on Windows USERPROFILE"
)

const (
	chromeKey  = `Software\Google\Chrome\NativeMessagingHosts`
	edgeKey    = `Software\Microsoft\Edge\NativeMessagingHosts`
	forkKey    = `Software\Chromium\NativeMessagingHosts`
	mozillaKey = `Software\Mozilla\NativeMessagingHosts`
)

// unknown stands where no source says whether, or where, a browser looks.
var unknown = []place{{evidence: Unknown, source: notFound}}

// Places that several rows share.
var (
	chromeSystem   = []place{{dir: "/etc/opt//chrome/native-messaging-hosts", evidence: Documented, source: chromeDocs}}
	chromeSystemM  = []place{{dir: "/Library//Google/Chrome/NativeMessagingHosts", evidence: Documented, source: chromeDocs}}
	chromiumSystem = []place{{dir: "/etc//chromium/native-messaging-hosts", evidence: Measured, source: measured}}
	edgeSystem     = []place{{dir: "/etc/opt//edge/native-messaging-hosts", evidence: Documented, source: edgeDocs}}
	edgeSystemM    = []place{{dir: "/Library//Microsoft/Edge/NativeMessagingHosts", evidence: Documented, source: edgeDocs}}
	braveSystem    = []place{{dir: "/etc/opt//chrome/native-messaging-hosts", evidence: SourceCode, source: braveMain}}
	braveSystemM   = []place{{dir: "/Library//Google/Chrome/NativeMessagingHosts", evidence: SourceCode, source: braveMain}}
	vivaldiSystem  = []place{{dir: "/etc/opt//chrome/native-messaging-hosts", evidence: SourceCode, source: vivaldiMain}}
	vivaldiSystemM = []place{{dir: "/Library//Google/Chrome/NativeMessagingHosts", evidence: SourceCode, source: vivaldiMain}}

	chromeKeys = []place{{dir: chromeKey, evidence: SourceCode, source: chromiumWin}}
	// Builds with Chromium's own branding look at Chromium's key before Chrome's.
	chromiumKeys = []place{
		{dir: forkKey, evidence: SourceCode, source: chromiumWin},
		{dir: chromeKey, evidence: SourceCode, source: chromiumWin, lookOnly: true},
	}
	edgeKeys = []place{
		{dir: edgeKey, evidence: Documented, source: edgeDocs},
		{dir: forkKey, evidence: Documented, source: edgeDocs, lookOnly: true},
		{dir: chromeKey, evidence: Documented, source: edgeDocs, lookOnly: true},
	}
	// Whether these look at Chromium's key too depends on how they are built; Chrome's is read in every build.
	forkKeys = []place{{dir: chromeKey, evidence: Reported, source: keepassxc + "; " + chromiumWin}}

	mozillaUser   = []place{{dir: "~//.mozilla/native-messaging-hosts", evidence: Measured, source: measured}}
	mozillaSystem = []place{
		{dir: "/usr/lib//mozilla/native-messaging-hosts", evidence: Documented, source: mozillaDocs},
		// Which of the two is read was decided when the browser was built.
		{dir: "/usr/lib64//mozilla/native-messaging-hosts", evidence: Documented, source: mozillaDocs, onlyIf: "/usr/lib64/mozilla"},
	}
	mozillaUserM   = []place{{dir: "$SUPPORT//Mozilla/NativeMessagingHosts", evidence: Documented, source: mozillaDocs}}
	mozillaSystemM = []place{{dir: "/Library/Application Support//Mozilla/NativeMessagingHosts", evidence: Documented, source: mozillaDocs}}
	mozillaKeys    = []place{{dir: mozillaKey, evidence: SourceCode, source: mozillaDirs}}
	// The forks are built from Firefox's lookup, whose key does not depend on the brand.
	mozillaForkKeys = []place{{dir: mozillaKey, evidence: Reported, source: keepassxc + "; " + mozillaDirs}}

	// A confined Firefox asks the portal, which runs outside and looks there.
	portalUser = []place{
		{dir: "~//.mozilla/native-messaging-hosts", evidence: SourceCode, source: portalPaths},
		{dir: "$XDGCONFIG//mozilla/native-messaging-hosts", evidence: SourceCode, source: portalPaths, lookOnly: true},
	}
	portalSystem = []place{
		{dir: "/usr/lib//mozilla/native-messaging-hosts", evidence: SourceCode, source: portalPaths},
		{dir: "/usr/lib64//mozilla/native-messaging-hosts", evidence: SourceCode, source: portalPaths, lookOnly: true},
	}
)

const (
	sharesChrome  = "shares the system scope, and on Windows every key, with Chrome"
	sharesMozilla = "shares every location with Firefox, in all of its channels"
)
