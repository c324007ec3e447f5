// The button's click opens a port to the content script of the tab; frames are left out.
chrome.action.onClicked.addListener((tab) => {
  const port = chrome.tabs.connect(tab.id, { name: "outline", frameId: 0 });
  const headings = [];

  port.onMessage.addListener((heading) => headings.push(heading));

  // The content script disconnects when it has sent all there is.
  port.onDisconnect.addListener(() => {
    if (chrome.runtime.lastError || port.error) {
      console.log("this page has no outline: no content script runs there");
      return;
    }
    for (const { level, text } of headings) {
      console.log(`${"  ".repeat(level - 1)}${text}`);
    }
  });
});
