let guests = 0;

chrome.runtime.onConnect.addListener((port) => {
  const guest = ++guests;
  console.log(`guest ${guest} comes from ${port.sender.url}`);

  port.onMessage.addListener(({ said }) => {
    port.postMessage({ answer: said === "hello" ? `welcome, guest ${guest}` : `you said "${said}"` });
  });

  port.onDisconnect.addListener(() => {
    console.log(`guest ${guest} has left`);
  });
});
