(function (host) {
  "use strict";
  host.inspect = (v) => typeof v === "string" ? v : String(v);
  return { inspect: host.inspect };
})
