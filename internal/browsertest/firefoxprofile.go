package browsertest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// firefoxPrefs are what Firefox is started with beyond those that it takes for itself where it is driven
// (remote.prefs.recommended).
var firefoxPrefs = map[string]any{
	"marionette.port":          0, // a free one, which Firefox writes to a file
	"remote.prefs.recommended": true,

	// Temporary extensions, with their background started at once.
	"xpinstall.signatures.required":                       false,
	"extensions.autoDisableScopes":                        0,
	"extensions.webextensions.background-delayed-startup": false,
	"extensions.originControls.grantByDefault":            true, // host permissions under MV3
	"extensions.webextensions.warnings-as-errors":         false,
	"extensions.openPopupWithoutUserGesture.enabled":      true,
	"extensions.webextensions.userScripts.mv3.enabled":    true,
	"extensions.quarantinedDomains.enabled":               false,
	"extensions.webextOptionalPermissionPrompts":          false,

	// Nothing of its own on the network or on the screen.
	"app.update.enabled":                         false,
	"browser.startup.page":                       0,
	"browser.startup.homepage":                   "about:blank",
	"browser.newtabpage.enabled":                 false,
	"browser.newtab.preload":                     false,
	"browser.aboutwelcome.enabled":               false,
	"browser.tabs.closeWindowWithLastTab":        false,
	"browser.uitour.enabled":                     false,
	"datareporting.policy.dataSubmissionEnabled": false,
	"toolkit.telemetry.enabled":                  false,
	"toolkit.telemetry.unified":                  false,
	"browser.chrome.site_icons":                  false,
	"network.prefetch-next":                      false,
	"network.dns.disablePrefetch":                true,
	"network.http.speculative-parallel-limit":    0,
	"network.captive-portal-service.enabled":     false,
	"network.connectivity-service.enabled":       false,

	// https leads nowhere: Firefox asks its makers for settings, whatever the prefs say.
	"network.proxy.ssl":      "127.0.0.1",
	"network.proxy.ssl_port": 9,

	// http stays http, of every host and port by one proxy, localhost included.
	"dom.security.https_first":                false,
	"dom.security.https_first_schemeless":     false,
	"network.proxy.type":                      1,
	"network.proxy.allow_hijacking_localhost": true,
	"network.proxy.no_proxies_on":             "",

	"privacy.reduceTimerPrecision": false,
}

// newFirefoxProfile makes a fresh profile within the home and returns its directory.
func newFirefoxProfile(s setup) (string, error) {
	// Without it Firefox keeps to the directories of the XDG specification, which native manifests are not in.
	mozilla := filepath.Join(s.Home, ".mozilla")
	if err := os.MkdirAll(filepath.Join(mozilla, "firefox"), 0o700); err != nil {
		return "", err
	}
	profile, err := os.MkdirTemp(mozilla, "profile-")
	if err != nil {
		return "", err
	}
	host, port, err := net.SplitHostPort(s.web)
	if err != nil {
		return "", err
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return "", err
	}
	prefs := maps.Clone(firefoxPrefs)
	prefs["network.proxy.http"], prefs["network.proxy.http_port"] = host, number
	var lines strings.Builder
	for _, name := range slices.Sorted(maps.Keys(prefs)) {
		value, err := json.Marshal(prefs[name])
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&lines, "user_pref(%q, %s);\n", name, value)
	}
	return profile, os.WriteFile(filepath.Join(profile, "user.js"), []byte(lines.String()), 0o600)
}
