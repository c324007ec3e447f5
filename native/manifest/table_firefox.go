package manifest

// firefoxFamily are the rows of Firefox and what is built from it.
var firefoxFamily = [...]Browser{
	{
		Name: "firefox", Title: "Firefox", Format: Firefox,
		Shares: "every location is that of Firefox in all its channels (ESR, Developer Edition, Nightly), and of several forks",
		linux: &system{
			user: mozillaUser, system: mozillaSystem,
			data: []string{"~/.mozilla/firefox", "$XDGCONFIG/mozilla/firefox"}, programs: []string{"/usr/lib/firefox/firefox", "/usr/lib64/firefox/firefox", "/opt/firefox/firefox"},
		},
		snap: &system{
			user: portalUser, system: portalSystem,
			data: []string{"~/snap/firefox"}, programs: []string{"/snap/bin/firefox", "/var/lib/snapd/snap/bin/firefox"},
		},
		flatpak: &system{
			user: []place{{dir: "~/.var/app/org.mozilla.firefox//.mozilla/native-messaging-hosts", evidence: Reported, source: vdhcoapp}}, system: unknown,
			data: []string{"~/.var/app/org.mozilla.firefox"}, programs: []string{"/var/lib/flatpak/app/org.mozilla.firefox", "$DATA/flatpak/app/org.mozilla.firefox"},
		},
		darwin: &system{user: mozillaUserM, system: mozillaSystemM, data: []string{"$SUPPORT/Firefox"}, programs: []string{"/Applications/Firefox.app"}},
		windows: &system{
			user: mozillaKeys, data: []string{"$APPDATA/Mozilla/Firefox"},
			programs: []string{"$PROGRAMFILES/Mozilla Firefox/firefox.exe", "$PROGRAMFILES86/Mozilla Firefox/firefox.exe"},
		},
	},
	{
		Name: "firefox-esr", Title: "Firefox ESR", Format: Firefox, Shares: sharesMozilla,
		linux:   &system{user: mozillaUser, system: mozillaSystem, programs: []string{"/usr/bin/firefox-esr", "/usr/lib/firefox-esr/firefox-esr"}},
		darwin:  &system{user: mozillaUserM, system: mozillaSystemM, programs: []string{"/Applications/Firefox ESR.app"}},
		windows: &system{user: mozillaKeys},
	},
	{
		Name: "firefox-developer-edition", Title: "Firefox Developer Edition", Format: Firefox, Shares: sharesMozilla,
		linux:   &system{user: mozillaUser, system: mozillaSystem, programs: []string{"/usr/bin/firefox-developer-edition", "/usr/bin/firefox-devedition"}},
		darwin:  &system{user: mozillaUserM, system: mozillaSystemM, programs: []string{"/Applications/Firefox Developer Edition.app"}},
		windows: &system{user: mozillaKeys, programs: []string{"$PROGRAMFILES/Firefox Developer Edition/firefox.exe"}},
	},
	{
		Name: "firefox-nightly", Title: "Firefox Nightly", Format: Firefox, Shares: sharesMozilla,
		linux:   &system{user: mozillaUser, system: mozillaSystem, programs: []string{"/usr/bin/firefox-nightly", "/usr/lib/firefox-nightly/firefox"}},
		darwin:  &system{user: mozillaUserM, system: mozillaSystemM, programs: []string{"/Applications/Firefox Nightly.app"}},
		windows: &system{user: mozillaKeys, programs: []string{"$PROGRAMFILES/Firefox Nightly/firefox.exe"}},
	},
	{
		Name: "firefox-android", Title: "Firefox for Android", Format: Firefox,
		Without: "native apps are not available in Firefox for Android: use a server on the network instead", // NativeManifests.sys.mjs: "not supported on android"
	},
	{
		Name: "librewolf", Title: "LibreWolf", Format: Firefox, Shares: "on Windows, Firefox's key",
		linux: &system{
			user:   []place{{dir: "~//.librewolf/native-messaging-hosts", evidence: Reported, source: keepassxc + "; aclap-dev/vdhcoapp#236"}},
			system: []place{{dir: "/usr/lib//librewolf/native-messaging-hosts", evidence: Reported, source: "librewolf-community/browser/linux#250, which quotes LibreWolf's FAQ"}},
			data:   []string{"~/.librewolf"}, programs: []string{"/usr/bin/librewolf", "/usr/share/librewolf/librewolf", "/usr/lib/librewolf/librewolf"},
		},
		flatpak: &system{
			user: []place{{dir: "~/.var/app/io.gitlab.librewolf-community//.librewolf/native-messaging-hosts", evidence: Reported, source: "several installers"}}, system: unknown,
			data: []string{"~/.var/app/io.gitlab.librewolf-community"},
		},
		darwin: &system{
			user: []place{{dir: "$SUPPORT//LibreWolf/NativeMessagingHosts", evidence: Reported, source: keepassxc}}, system: unknown,
			data: []string{"$SUPPORT/librewolf"}, programs: []string{"/Applications/LibreWolf.app"},
		},
		windows: &system{user: mozillaForkKeys, data: []string{"$APPDATA/librewolf"}, programs: []string{"$PROGRAMFILES/LibreWolf/librewolf.exe"}},
	},
	{
		Name: "waterfox", Title: "Waterfox", Format: Firefox, Shares: "looks at Firefox's locations after its own; on Windows, Firefox's key",
		linux: &system{
			user: []place{
				{dir: "~//.waterfox/native-messaging-hosts", evidence: SourceCode, source: waterfoxDirs},
				{dir: "~//.mozilla/native-messaging-hosts", evidence: SourceCode, source: waterfoxDirs, lookOnly: true},
			},
			system: []place{
				{dir: "/usr/lib//waterfox/native-messaging-hosts", evidence: SourceCode, source: waterfoxDirs},
				{dir: "/usr/lib//mozilla/native-messaging-hosts", evidence: SourceCode, source: waterfoxDirs, lookOnly: true},
			},
			data: []string{"~/.waterfox"}, programs: []string{"/usr/bin/waterfox", "/opt/waterfox/waterfox"},
		},
		darwin: &system{
			user: []place{
				{dir: "$SUPPORT//Waterfox/NativeMessagingHosts", evidence: SourceCode, source: waterfoxDirs},
				{dir: "$SUPPORT//Mozilla/NativeMessagingHosts", evidence: SourceCode, source: waterfoxDirs, lookOnly: true},
			},
			system: []place{
				{dir: "/Library/Application Support//Waterfox/NativeMessagingHosts", evidence: SourceCode, source: waterfoxDirs},
				{dir: "/Library/Application Support//Mozilla/NativeMessagingHosts", evidence: SourceCode, source: waterfoxDirs, lookOnly: true},
			},
			data: []string{"$SUPPORT/Waterfox"}, programs: []string{"/Applications/Waterfox.app"},
		},
		windows: &system{user: []place{{dir: mozillaKey, evidence: SourceCode, source: waterfoxDirs}}, data: []string{"$APPDATA/Waterfox"}, programs: []string{"$PROGRAMFILES/Waterfox/waterfox.exe"}},
	},
	{
		Name: "floorp", Title: "Floorp", Format: Firefox, Shares: "on Windows, Firefox's key",
		linux: &system{
			user:   []place{{dir: "~//.floorp/native-messaging-hosts", evidence: Reported, source: gopass}},
			system: []place{{dir: "/usr/lib//floorp/native-messaging-hosts", evidence: Reported, source: gopass}},
			data:   []string{"~/.floorp"}, programs: []string{"/usr/bin/floorp", "/opt/floorp/floorp"},
		},
		darwin:  &system{user: unknown, system: unknown, data: []string{"$SUPPORT/Floorp"}, programs: []string{"/Applications/Floorp.app"}},
		windows: &system{user: mozillaForkKeys, data: []string{"$APPDATA/Floorp"}, programs: []string{"$PROGRAMFILES/Ablaze Floorp/floorp.exe"}},
	},
	{
		Name: "zen", Title: "Zen", Format: Firefox, Shares: sharesMozilla,
		linux: &system{
			user:   []place{{dir: "~//.mozilla/native-messaging-hosts", evidence: Reported, source: "by those who read zen-browser/desktop, which overrides nothing in " + mozillaDirs}},
			system: mozillaSystem,
			data:   []string{"~/.zen", "$XDGCONFIG/zen"}, programs: []string{"/usr/bin/zen-browser", "/opt/zen-browser-bin/zen-bin", "/opt/zen/zen"},
		},
		flatpak: &system{user: unknown, system: unknown, data: []string{"~/.var/app/app.zen_browser.zen"}},
		darwin: &system{
			user:   []place{{dir: "$SUPPORT//Mozilla/NativeMessagingHosts", evidence: Reported, source: "by those who read zen-browser/desktop, which overrides nothing in " + mozillaDirs}},
			system: mozillaSystemM,
			data:   []string{"$SUPPORT/zen"}, programs: []string{"/Applications/Zen.app", "/Applications/Zen Browser.app"},
		},
		windows: &system{user: mozillaForkKeys, data: []string{"$APPDATA/zen"}, programs: []string{"$PROGRAMFILES/Zen Browser/zen.exe"}},
	},
	{
		Name: "tor-browser", Title: "Tor Browser", Format: Firefox, Shares: "on Windows, Firefox's key",
		linux: &system{
			// Where torbrowser-launcher puts it. An archive that was unpacked elsewhere has the same path inside.
			user: []place{{dir: "$DATA/torbrowser/tbb/x86_64/tor-browser//Browser/TorBrowser/Data/Browser/.mozilla/native-messaging-hosts", evidence: Reported, source: keepassxc}}, system: unknown,
			data: []string{"$DATA/torbrowser/tbb/x86_64/tor-browser"},
		},
		darwin: &system{
			user: []place{{dir: "$SUPPORT//TorBrowser-Data/Browser/Mozilla/NativeMessagingHosts", evidence: Reported, source: keepassxc}}, system: unknown,
			data: []string{"$SUPPORT/TorBrowser-Data"}, programs: []string{"/Applications/Tor Browser.app"},
		},
		windows: &system{user: mozillaForkKeys, programs: []string{"~/Desktop/Tor Browser/Browser/firefox.exe"}},
	},
	{
		Name: "thunderbird", Title: "Thunderbird", Format: Firefox, Shares: "all but the user scope of macOS with Firefox",
		linux: &system{
			user:   []place{{dir: "~//.mozilla/native-messaging-hosts", evidence: SourceCode, source: mozillaDirs}},
			system: mozillaSystem,
			data:   []string{"~/.thunderbird"}, programs: []string{"/usr/bin/thunderbird", "/usr/lib/thunderbird/thunderbird", "/usr/lib64/thunderbird/thunderbird"},
		},
		darwin: &system{
			user:   []place{{dir: "~/Library//Mozilla/NativeMessagingHosts", evidence: Reported, source: "kkapsner/keepassxc-mail#5"}},
			system: []place{{dir: "/Library/Application Support//Mozilla/NativeMessagingHosts", evidence: Reported, source: "aecreations/sync-clippings#11"}},
			data:   []string{"~/Library/Thunderbird"}, programs: []string{"/Applications/Thunderbird.app"},
		},
		windows: &system{user: mozillaForkKeys, data: []string{"$APPDATA/Thunderbird"}, programs: []string{"$PROGRAMFILES/Mozilla Thunderbird/thunderbird.exe"}},
	},
}
