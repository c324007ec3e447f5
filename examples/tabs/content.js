chrome.runtime.onConnect.addListener((port) => {
  for (const heading of document.querySelectorAll("h1, h2, h3")) {
    port.postMessage({ level: Number(heading.tagName[1]), text: heading.textContent });
  }
  port.disconnect();
});
