const port = chrome.runtime.connect({ name: "greeting" });

port.onMessage.addListener(({ answer }) => {
  console.log(`the background says: ${answer}`);
});

port.postMessage({ said: "hello" });

document.addEventListener("click", () => {
  port.postMessage({ said: "click" });
});
