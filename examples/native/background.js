const port = chrome.runtime.connectNative("ping_pong");
let sent = 0;

port.onMessage.addListener((answer) => {
  console.log(`${answer} number ${sent}`);
});

port.onDisconnect.addListener(() => {
  const reason = chrome.runtime.lastError ?? port.error;
  console.log(reason ? `ping_pong is gone: ${reason.message}` : "ping_pong is gone");
});

chrome.action.onClicked.addListener(() => {
  sent++;
  port.postMessage("ping");
});
