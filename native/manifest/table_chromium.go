package manifest

// chromiumFamily are the rows of Chrome, Chromium and what is built from it.
var chromiumFamily = [...]Browser{
	{
		Name: "chrome", Title: "Google Chrome", Shares: "the system scope is that of Chrome in all its channels, of Brave and of Vivaldi",
		linux: &system{
			user: []place{{dir: "$CONFIG//google-chrome/NativeMessagingHosts", evidence: Documented, source: chromeDocs}}, system: chromeSystem,
			data: []string{"$CONFIG/google-chrome"}, programs: []string{"/usr/bin/google-chrome-stable", "/usr/bin/google-chrome", "/opt/google/chrome/chrome"},
		},
		flatpak: &system{
			user: []place{{dir: "~/.var/app/com.google.Chrome//config/google-chrome/NativeMessagingHosts", evidence: Reported, source: vdhcoapp}}, system: unknown,
			data: []string{"~/.var/app/com.google.Chrome"}, programs: []string{"/var/lib/flatpak/app/com.google.Chrome", "$DATA/flatpak/app/com.google.Chrome"},
		},
		darwin: &system{
			user: []place{{dir: "$SUPPORT//Google/Chrome/NativeMessagingHosts", evidence: Documented, source: chromeDocs}}, system: chromeSystemM,
			data: []string{"$SUPPORT/Google/Chrome"}, programs: []string{"/Applications/Google Chrome.app", "~/Applications/Google Chrome.app"},
		},
		windows: &system{
			user: chromeKeys, data: []string{"$LOCALAPPDATA/Google/Chrome/User Data"},
			programs: []string{"$PROGRAMFILES/Google/Chrome/Application/chrome.exe", "$PROGRAMFILES86/Google/Chrome/Application/chrome.exe", "$LOCALAPPDATA/Google/Chrome/Application/chrome.exe"},
		},
	},
	{
		Name: "chrome-beta", Title: "Google Chrome Beta", Shares: sharesChrome,
		linux: &system{
			user: []place{{dir: "$CONFIG//google-chrome-beta/NativeMessagingHosts", evidence: SourceCode, source: chromiumPaths}}, system: chromeSystem,
			data: []string{"$CONFIG/google-chrome-beta"}, programs: []string{"/usr/bin/google-chrome-beta", "/opt/google/chrome-beta/chrome"},
		},
		darwin: &system{
			user: []place{{dir: "$SUPPORT//Google/Chrome Beta/NativeMessagingHosts", evidence: Reported, source: vdhcoapp}}, system: chromeSystemM,
			data: []string{"$SUPPORT/Google/Chrome Beta"}, programs: []string{"/Applications/Google Chrome Beta.app"},
		},
		windows: &system{user: chromeKeys, data: []string{"$LOCALAPPDATA/Google/Chrome Beta/User Data"}, programs: []string{"$PROGRAMFILES/Google/Chrome Beta/Application/chrome.exe"}},
	},
	{
		Name: "chrome-dev", Title: "Google Chrome Dev", Shares: sharesChrome,
		linux: &system{
			user: []place{{dir: "$CONFIG//google-chrome-unstable/NativeMessagingHosts", evidence: SourceCode, source: chromiumPaths}}, system: chromeSystem,
			data: []string{"$CONFIG/google-chrome-unstable"}, programs: []string{"/usr/bin/google-chrome-unstable", "/opt/google/chrome-unstable/chrome"},
		},
		flatpak: &system{
			user: []place{{dir: "~/.var/app/com.google.ChromeDev//config/google-chrome-unstable/NativeMessagingHosts", evidence: Reported, source: vdhcoapp}}, system: unknown,
			data: []string{"~/.var/app/com.google.ChromeDev"}, programs: []string{"/var/lib/flatpak/app/com.google.ChromeDev", "$DATA/flatpak/app/com.google.ChromeDev"},
		},
		darwin: &system{
			user: []place{{dir: "$SUPPORT//Google/Chrome Dev/NativeMessagingHosts", evidence: Reported, source: vdhcoapp}}, system: chromeSystemM,
			data: []string{"$SUPPORT/Google/Chrome Dev"}, programs: []string{"/Applications/Google Chrome Dev.app"},
		},
		windows: &system{user: chromeKeys, data: []string{"$LOCALAPPDATA/Google/Chrome Dev/User Data"}, programs: []string{"$PROGRAMFILES/Google/Chrome Dev/Application/chrome.exe"}},
	},
	{
		Name: "chrome-canary", Title: "Google Chrome Canary", Shares: sharesChrome,
		linux: &system{
			user: unknown, system: chromeSystem,
			data: []string{"$CONFIG/google-chrome-canary"}, programs: []string{"/usr/bin/google-chrome-canary", "/opt/google/chrome-canary/chrome"},
		},
		darwin: &system{
			user: []place{{dir: "$SUPPORT//Google/Chrome Canary/NativeMessagingHosts", evidence: Reported, source: vdhcoapp + "; asamuzaK/webExtNativeMsg#21"}}, system: chromeSystemM,
			data: []string{"$SUPPORT/Google/Chrome Canary"}, programs: []string{"/Applications/Google Chrome Canary.app"},
		},
		windows: &system{user: chromeKeys, data: []string{"$LOCALAPPDATA/Google/Chrome SxS/User Data"}, programs: []string{"$LOCALAPPDATA/Google/Chrome SxS/Application/chrome.exe"}},
	},
	{
		Name: "chrome-for-testing", Title: "Google Chrome for Testing", Shares: "before version 146, every location of Chrome",
		linux: &system{
			user:   []place{{dir: "$CONFIG//google-chrome-for-testing/NativeMessagingHosts", evidence: Documented, source: chromeDocs}},
			system: []place{{dir: "/etc/opt//chrome_for_testing/native-messaging-hosts", evidence: Documented, source: chromeDocs}},
			data:   []string{"$CONFIG/google-chrome-for-testing"},
		},
		darwin: &system{
			user:   []place{{dir: "$SUPPORT//Google/ChromeForTesting/NativeMessagingHosts", evidence: Documented, source: chromeDocs}},
			system: []place{{dir: "/Library//Google/ChromeForTesting/NativeMessagingHosts", evidence: Documented, source: chromeDocs}},
			data:   []string{"$SUPPORT/Google/ChromeForTesting", "$SUPPORT/Google/Chrome for Testing"}, programs: []string{"/Applications/Google Chrome for Testing.app"},
		},
		windows: &system{user: chromeKeys, data: []string{"$LOCALAPPDATA/Google/Chrome for Testing/User Data"}},
	},
	{
		Name: "chromium", Title: "Chromium", Shares: "ungoogled-chromium shares every location",
		linux: &system{
			user: []place{{dir: "$CONFIG//chromium/NativeMessagingHosts", evidence: Measured, source: measured}}, system: chromiumSystem,
			data: []string{"$CONFIG/chromium"}, programs: []string{"/usr/bin/chromium", "/usr/lib/chromium/chromium", "/usr/lib64/chromium-browser/chromium-browser"},
		},
		snap: &system{
			user: []place{{dir: "~/snap/chromium/common//chromium/NativeMessagingHosts", evidence: Reported, source: bitwarden}}, system: unknown,
			data: []string{"~/snap/chromium/common/chromium"}, programs: []string{"/snap/bin/chromium", "/var/lib/snapd/snap/bin/chromium"},
		},
		flatpak: &system{
			user: []place{{dir: "~/.var/app/org.chromium.Chromium//config/chromium/NativeMessagingHosts", evidence: Reported, source: vdhcoapp}}, system: unknown,
			data: []string{"~/.var/app/org.chromium.Chromium"}, programs: []string{"/var/lib/flatpak/app/org.chromium.Chromium", "$DATA/flatpak/app/org.chromium.Chromium"},
		},
		darwin: &system{
			user:   []place{{dir: "$SUPPORT//Chromium/NativeMessagingHosts", evidence: Documented, source: chromeDocs}},
			system: []place{{dir: "/Library/Application Support//Chromium/NativeMessagingHosts", evidence: Documented, source: chromeDocs}},
			data:   []string{"$SUPPORT/Chromium"}, programs: []string{"/Applications/Chromium.app"},
		},
		windows: &system{user: chromiumKeys, data: []string{"$LOCALAPPDATA/Chromium/User Data"}, programs: []string{"$LOCALAPPDATA/Chromium/Application/chrome.exe", "$PROGRAMFILES/Chromium/Application/chrome.exe"}},
	},
	{
		Name: "ungoogled-chromium", Title: "ungoogled-chromium", Shares: "shares every location with Chromium, of which it is a build",
		linux: &system{
			user: []place{{dir: "$CONFIG//chromium/NativeMessagingHosts", evidence: SourceCode, source: chromiumPaths}}, system: chromiumSystem,
			programs: []string{"/usr/bin/ungoogled-chromium"},
		},
		flatpak: &system{
			user: []place{
				{dir: "~/.var/app/io.github.ungoogled_software.ungoogled_chromium//config/chromium/NativeMessagingHosts", evidence: Reported, source: "by analogy with com.github.Eloston.UngoogledChromium", onlyIf: "~/.var/app/io.github.ungoogled_software.ungoogled_chromium"},
				{dir: "~/.var/app/com.github.Eloston.UngoogledChromium//config/chromium/NativeMessagingHosts", evidence: Reported, source: vdhcoapp, onlyIf: "~/.var/app/com.github.Eloston.UngoogledChromium"},
			},
			system: unknown,
			data:   []string{"~/.var/app/io.github.ungoogled_software.ungoogled_chromium", "~/.var/app/com.github.Eloston.UngoogledChromium"},
		},
		darwin: &system{
			user:   []place{{dir: "$SUPPORT//Chromium/NativeMessagingHosts", evidence: SourceCode, source: chromiumPaths}},
			system: []place{{dir: "/Library/Application Support//Chromium/NativeMessagingHosts", evidence: SourceCode, source: chromiumPaths}},
		},
		windows: &system{user: chromiumKeys},
	},
	{
		Name: "edge", Title: "Microsoft Edge", Shares: "the system scope, and on Windows every key, is that of Edge in all its channels",
		linux: &system{
			user: []place{{dir: "$CONFIG//microsoft-edge/NativeMessagingHosts", evidence: Documented, source: edgeDocs}}, system: edgeSystem,
			data: []string{"$CONFIG/microsoft-edge"}, programs: []string{"/usr/bin/microsoft-edge-stable", "/usr/bin/microsoft-edge", "/opt/microsoft/msedge/msedge"},
		},
		flatpak: &system{
			user: []place{{dir: "~/.var/app/com.microsoft.Edge//config/microsoft-edge/NativeMessagingHosts", evidence: Reported, source: vdhcoapp}}, system: unknown,
			data: []string{"~/.var/app/com.microsoft.Edge"}, programs: []string{"/var/lib/flatpak/app/com.microsoft.Edge", "$DATA/flatpak/app/com.microsoft.Edge"},
		},
		darwin: &system{
			user: []place{{dir: "$SUPPORT//Microsoft Edge/NativeMessagingHosts", evidence: Documented, source: edgeDocs}}, system: edgeSystemM,
			data: []string{"$SUPPORT/Microsoft Edge"}, programs: []string{"/Applications/Microsoft Edge.app"},
		},
		windows: &system{user: edgeKeys, data: []string{"$LOCALAPPDATA/Microsoft/Edge/User Data"}, programs: []string{"$PROGRAMFILES86/Microsoft/Edge/Application/msedge.exe"}},
	},
	{
		Name: "edge-beta", Title: "Microsoft Edge Beta", Shares: "see edge",
		linux: &system{
			user: []place{{dir: "$CONFIG//microsoft-edge-beta/NativeMessagingHosts", evidence: Reported, source: bitwarden}}, system: edgeSystem,
			data: []string{"$CONFIG/microsoft-edge-beta"}, programs: []string{"/usr/bin/microsoft-edge-beta", "/opt/microsoft/msedge-beta/msedge"},
		},
		darwin: &system{
			user: []place{{dir: "$SUPPORT//Microsoft Edge Beta/NativeMessagingHosts", evidence: Reported, source: vdhcoapp}}, system: edgeSystemM,
			data: []string{"$SUPPORT/Microsoft Edge Beta"}, programs: []string{"/Applications/Microsoft Edge Beta.app"},
		},
		windows: &system{user: edgeKeys, data: []string{"$LOCALAPPDATA/Microsoft/Edge Beta/User Data"}, programs: []string{"$PROGRAMFILES86/Microsoft/Edge Beta/Application/msedge.exe"}},
	},
	{
		Name: "edge-dev", Title: "Microsoft Edge Dev", Shares: "see edge",
		linux: &system{
			user: []place{{dir: "$CONFIG//microsoft-edge-dev/NativeMessagingHosts", evidence: Reported, source: bitwarden}}, system: edgeSystem,
			data: []string{"$CONFIG/microsoft-edge-dev"}, programs: []string{"/usr/bin/microsoft-edge-dev", "/opt/microsoft/msedge-dev/msedge"},
		},
		flatpak: &system{
			user: []place{{dir: "~/.var/app/com.microsoft.EdgeDev//config/microsoft-edge-dev/NativeMessagingHosts", evidence: Reported, source: vdhcoapp}}, system: unknown,
			data: []string{"~/.var/app/com.microsoft.EdgeDev"},
		},
		darwin: &system{
			user: []place{{dir: "$SUPPORT//Microsoft Edge Dev/NativeMessagingHosts", evidence: Reported, source: vdhcoapp}}, system: edgeSystemM,
			data: []string{"$SUPPORT/Microsoft Edge Dev"}, programs: []string{"/Applications/Microsoft Edge Dev.app"},
		},
		windows: &system{user: edgeKeys, data: []string{"$LOCALAPPDATA/Microsoft/Edge Dev/User Data"}, programs: []string{"$PROGRAMFILES86/Microsoft/Edge Dev/Application/msedge.exe"}},
	},
	{
		Name: "edge-canary", Title: "Microsoft Edge Canary", Shares: "see edge",
		darwin: &system{
			user: []place{{dir: "$SUPPORT//Microsoft Edge Canary/NativeMessagingHosts", evidence: Reported, source: vdhcoapp}}, system: edgeSystemM,
			data: []string{"$SUPPORT/Microsoft Edge Canary"}, programs: []string{"/Applications/Microsoft Edge Canary.app"},
		},
		windows: &system{user: edgeKeys, data: []string{"$LOCALAPPDATA/Microsoft/Edge SxS/User Data"}, programs: []string{"$LOCALAPPDATA/Microsoft/Edge SxS/Application/msedge.exe"}},
	},
	{
		Name: "brave", Title: "Brave", Shares: sharesChrome + "; on macOS the user scope too",
		linux: &system{
			user: []place{{dir: "$CONFIG//BraveSoftware/Brave-Browser/NativeMessagingHosts", evidence: SourceCode, source: braveMain}}, system: braveSystem,
			data: []string{"$CONFIG/BraveSoftware/Brave-Browser"}, programs: []string{"/usr/bin/brave-browser", "/usr/bin/brave", "/opt/brave.com/brave/brave"},
		},
		flatpak: &system{
			user: []place{{dir: "~/.var/app/com.brave.Browser//config/BraveSoftware/Brave-Browser/NativeMessagingHosts", evidence: Reported, source: vdhcoapp}}, system: unknown,
			data: []string{"~/.var/app/com.brave.Browser"}, programs: []string{"/var/lib/flatpak/app/com.brave.Browser", "$DATA/flatpak/app/com.brave.Browser"},
		},
		darwin: &system{
			user: []place{
				{dir: "$SUPPORT//Google/Chrome/NativeMessagingHosts", evidence: SourceCode, source: braveMain + "; browserpass/browserpass-native#43"},
				{dir: "$SUPPORT//BraveSoftware/Brave-Browser/NativeMessagingHosts", evidence: Reported, source: keepassxc},
			}, system: braveSystemM,
			data: []string{"$SUPPORT/BraveSoftware/Brave-Browser"}, programs: []string{"/Applications/Brave Browser.app"},
		},
		windows: &system{user: forkKeys, data: []string{"$LOCALAPPDATA/BraveSoftware/Brave-Browser/User Data"}, programs: []string{"$PROGRAMFILES/BraveSoftware/Brave-Browser/Application/brave.exe"}},
	},
	{
		Name: "brave-beta", Title: "Brave Beta", Shares: "see brave",
		linux: &system{
			user: []place{{dir: "$CONFIG//BraveSoftware/Brave-Browser-Beta/NativeMessagingHosts", evidence: SourceCode, source: braveMain}}, system: braveSystem,
			data: []string{"$CONFIG/BraveSoftware/Brave-Browser-Beta"}, programs: []string{"/usr/bin/brave-browser-beta", "/opt/brave.com/brave-beta/brave"},
		},
		darwin: &system{
			user: []place{
				{dir: "$SUPPORT//Google/Chrome/NativeMessagingHosts", evidence: SourceCode, source: braveMain},
				{dir: "$SUPPORT//BraveSoftware/Brave-Browser-Beta/NativeMessagingHosts", evidence: Reported, source: keepassxc + ", by analogy"},
			}, system: braveSystemM,
			data: []string{"$SUPPORT/BraveSoftware/Brave-Browser-Beta"}, programs: []string{"/Applications/Brave Browser Beta.app"},
		},
		windows: &system{user: forkKeys, data: []string{"$LOCALAPPDATA/BraveSoftware/Brave-Browser-Beta/User Data"}},
	},
	{
		Name: "brave-nightly", Title: "Brave Nightly", Shares: "see brave",
		linux: &system{
			user: []place{{dir: "$CONFIG//BraveSoftware/Brave-Browser-Nightly/NativeMessagingHosts", evidence: SourceCode, source: braveMain}}, system: braveSystem,
			data: []string{"$CONFIG/BraveSoftware/Brave-Browser-Nightly"}, programs: []string{"/usr/bin/brave-browser-nightly", "/opt/brave.com/brave-nightly/brave"},
		},
		darwin: &system{
			user: []place{
				{dir: "$SUPPORT//Google/Chrome/NativeMessagingHosts", evidence: SourceCode, source: braveMain},
				{dir: "$SUPPORT//BraveSoftware/Brave-Browser-Nightly/NativeMessagingHosts", evidence: Reported, source: keepassxc + ", by analogy"},
			}, system: braveSystemM,
			data: []string{"$SUPPORT/BraveSoftware/Brave-Browser-Nightly"}, programs: []string{"/Applications/Brave Browser Nightly.app"},
		},
		windows: &system{user: forkKeys, data: []string{"$LOCALAPPDATA/BraveSoftware/Brave-Browser-Nightly/User Data"}},
	},
	{
		Name: "vivaldi", Title: "Vivaldi", Shares: sharesChrome,
		linux: &system{
			user: []place{{dir: "$CONFIG//vivaldi/NativeMessagingHosts", evidence: Reported, source: keepassxc}}, system: vivaldiSystem,
			data: []string{"$CONFIG/vivaldi"}, programs: []string{"/usr/bin/vivaldi-stable", "/usr/bin/vivaldi", "/opt/vivaldi/vivaldi"},
		},
		flatpak: &system{
			user: []place{{dir: "~/.var/app/com.vivaldi.Vivaldi//config/vivaldi/NativeMessagingHosts", evidence: Reported, source: bitwarden}}, system: unknown,
			data: []string{"~/.var/app/com.vivaldi.Vivaldi"},
		},
		darwin: &system{
			user: []place{{dir: "$SUPPORT//Vivaldi/NativeMessagingHosts", evidence: Reported, source: keepassxc}}, system: vivaldiSystemM,
			data: []string{"$SUPPORT/Vivaldi"}, programs: []string{"/Applications/Vivaldi.app"},
		},
		windows: &system{user: forkKeys, data: []string{"$LOCALAPPDATA/Vivaldi/User Data"}, programs: []string{"$LOCALAPPDATA/Vivaldi/Application/vivaldi.exe"}},
	},
	{
		Name: "vivaldi-snapshot", Title: "Vivaldi Snapshot", Shares: sharesChrome,
		linux: &system{
			user: []place{{dir: "$CONFIG//vivaldi-snapshot/NativeMessagingHosts", evidence: Reported, source: vdhcoapp}}, system: vivaldiSystem,
			data: []string{"$CONFIG/vivaldi-snapshot"}, programs: []string{"/usr/bin/vivaldi-snapshot", "/opt/vivaldi-snapshot/vivaldi"},
		},
		darwin:  &system{user: unknown, system: vivaldiSystemM, data: []string{"$SUPPORT/Vivaldi Snapshot"}, programs: []string{"/Applications/Vivaldi Snapshot.app"}},
		windows: &system{user: forkKeys},
	},
	{
		Name: "opera", Title: "Opera",
		linux: &system{
			user: []place{{dir: "$CONFIG//opera/NativeMessagingHosts", evidence: Reported, source: vdhcoapp}}, system: unknown,
			data: []string{"$CONFIG/opera"}, programs: []string{"/usr/bin/opera", "/usr/lib/x86_64-linux-gnu/opera/opera"},
		},
		darwin: &system{
			user: []place{
				{dir: "$SUPPORT//com.operasoftware.Opera/NativeMessagingHosts", evidence: Reported, source: "several installers"},
				{dir: "$SUPPORT//Google/Chrome/NativeMessagingHosts", evidence: Reported, source: "asamuzaK/webExtNativeMsg: modules/browser-data.js"},
			}, system: unknown,
			data: []string{"$SUPPORT/com.operasoftware.Opera"}, programs: []string{"/Applications/Opera.app"},
		},
		windows: &system{
			user: []place{{dir: chromeKey, evidence: Reported, source: "asamuzaK/webExtNativeMsg: modules/browser-data.js"}},
			data: []string{"$APPDATA/Opera Software/Opera Stable"}, programs: []string{"$LOCALAPPDATA/Programs/Opera/opera.exe", "$PROGRAMFILES/Opera/opera.exe"},
		},
	},
	{
		Name: "arc", Title: "Arc",
		darwin: &system{
			user: []place{{dir: "$SUPPORT//Arc/User Data/NativeMessagingHosts", evidence: Reported, source: "keepassxreboot/keepassxc-browser#2171; osnr/TabFS#85; " + gopass}}, system: unknown,
			data: []string{"$SUPPORT/Arc/User Data"}, programs: []string{"/Applications/Arc.app"},
		},
		windows: &system{user: unknown},
	},
	{
		Name: "yandex", Title: "Yandex Browser",
		linux: &system{
			user: []place{{dir: "$CONFIG//yandex-browser/NativeMessagingHosts", evidence: Reported, source: "several installers"}}, system: unknown,
			data: []string{"$CONFIG/yandex-browser"}, programs: []string{"/usr/bin/yandex-browser", "/usr/bin/yandex-browser-stable", "/opt/yandex/browser/yandex_browser"},
		},
		darwin: &system{
			user: []place{{dir: "$SUPPORT//Yandex/YandexBrowser/NativeMessagingHosts", evidence: Reported, source: "several installers"}}, system: unknown,
			data: []string{"$SUPPORT/Yandex/YandexBrowser"}, programs: []string{"/Applications/Yandex.app"},
		},
		windows: &system{
			user: []place{{dir: chromeKey, evidence: Reported, source: "several installers"}},
			data: []string{"$LOCALAPPDATA/Yandex/YandexBrowser/User Data"}, programs: []string{"$LOCALAPPDATA/Yandex/YandexBrowser/Application/browser.exe"},
		},
	},
	{
		Name: "iridium", Title: "Iridium",
		linux: &system{
			user:   []place{{dir: "$CONFIG//iridium/NativeMessagingHosts", evidence: Reported, source: gopass}},
			system: []place{{dir: "/etc//iridium-browser/native-messaging-hosts", evidence: Reported, source: gopass}},
			data:   []string{"$CONFIG/iridium"}, programs: []string{"/usr/bin/iridium-browser"},
		},
		darwin: &system{
			user:   []place{{dir: "$SUPPORT//Iridium/NativeMessagingHosts", evidence: Reported, source: gopass}},
			system: []place{{dir: "/Library/Application Support//Iridium/NativeMessagingHosts", evidence: Reported, source: gopass}},
			data:   []string{"$SUPPORT/Iridium"}, programs: []string{"/Applications/Iridium.app"},
		},
		windows: &system{user: unknown},
	},
	{
		Name: "slimjet", Title: "Slimjet",
		linux: &system{
			user:   []place{{dir: "$CONFIG//slimjet/NativeMessagingHosts", evidence: Reported, source: gopass}},
			system: []place{{dir: "/etc/opt//slimjet/native-messaging-hosts", evidence: Reported, source: gopass}},
			data:   []string{"$CONFIG/slimjet"}, programs: []string{"/usr/bin/flashpeak-slimjet", "/opt/slimjet/flashpeak-slimjet"},
		},
		darwin: &system{
			user:   []place{{dir: "$SUPPORT//Slimjet/NativeMessagingHosts", evidence: Reported, source: gopass}},
			system: []place{{dir: "/Library/Application Support//Slimjet/NativeMessagingHosts", evidence: Reported, source: gopass}},
			data:   []string{"$SUPPORT/Slimjet"}, programs: []string{"/Applications/Slimjet.app", "/Applications/FlashPeak Slimjet.app"},
		},
		windows: &system{
			user:     []place{{dir: chromeKey, evidence: Reported, source: "one installer"}},
			programs: []string{"$PROGRAMFILES/Slimjet/slimjet.exe", "$PROGRAMFILES86/Slimjet/slimjet.exe"},
		},
	},
	{
		Name: "comet", Title: "Perplexity Comet",
		darwin: &system{
			user: []place{{dir: "$SUPPORT//Comet/NativeMessagingHosts", evidence: Reported, source: "several installers"}}, system: unknown,
			data: []string{"$SUPPORT/Comet"}, programs: []string{"/Applications/Comet.app"},
		},
		windows: &system{user: unknown, programs: []string{"$LOCALAPPDATA/Perplexity/Comet/Application/comet.exe"}},
	},
}
