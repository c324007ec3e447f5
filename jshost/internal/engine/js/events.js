(function (host) {
  "use strict";
  host.report = (thrown) => host.reportUncaught(thrown, false);
  return { rejected(promise, reason) { host.reportUncaught(reason, true); } };
})
