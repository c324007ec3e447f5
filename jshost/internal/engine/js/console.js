(function (host) {
  "use strict";
  const console = {};
  for (const level of ["log", "info", "warn", "error", "debug"]) {
    console[level] = (...args) => host.print(level, args.map(host.inspect).join(" "));
  }
  host.define("console", console);
})
