/* The suite puts this in front of every script of a scenario, on the same line as the script's first. It must change
   nothing that scenarios measure: it listens to nothing and connects to nothing. */
var own = "OWN_ID", other = "OTHER_ID";
function attempt(f) {
  try {
    var value = f();
    return value === undefined ? "ok" : describe(value);
  } catch (e) {
    return "throws " + describe(e);
  }
}
function text(value) {
  return JSON.stringify(value);
}
function describe(value, seen) {
  seen = seen || [];
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "function";
  if (typeof value === "bigint") return value + "n";
  if (Object.is(value, -0)) return "-0";
  if (value === null || typeof value !== "object") return String(value);
  if (seen.includes(value)) return "<cycle>";
  seen = seen.concat([value]);
  var kind = Object.prototype.toString.call(value).slice(8, -1);
  var inner = function (v) { return describe(v, seen); };
  var list = function (values) { return Array.from(values, inner).join(", "); };
  var entries = function (keys) {
    return keys.map(function (k) { return inner(k) + ": " + inner(value[k]); }).join(", ");
  };
  if (kind === "Error" || value instanceof Error) return value.name + ": " + value.message;
  if (kind === "DOMException") return value.name + ": " + value.message;
  if (kind === "Array") {
    var items = [];
    for (var i = 0; i < value.length; i++) items.push(i in value ? inner(value[i]) : "<hole>");
    var more = Object.keys(value).filter(function (k) { return !/^\d+$/.test(k); });
    return "[" + items.join(", ") + (more.length ? "; " + entries(more) : "") + "]";
  }
  if (kind === "Date") return "Date(" + (isNaN(value) ? "invalid" : value.toISOString()) + ")";
  if (kind === "RegExp") return "RegExp(" + value + ")";
  if (kind === "Map") return "Map(" + Array.from(value, function (e) { return inner(e[0]) + " => " + inner(e[1]); }).join(", ") + ")";
  if (kind === "Set") return "Set(" + list(value) + ")";
  if (kind === "String" || kind === "Number" || kind === "Boolean" || kind === "BigInt") return kind + "(" + inner(value.valueOf()) + ")";
  if (kind === "ArrayBuffer" || kind === "SharedArrayBuffer") return kind + "(" + list(new Uint8Array(value)) + ")";
  if (kind === "DataView") return "DataView(" + list(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) + ")";
  if (ArrayBuffer.isView(value)) return kind + "(" + list(value) + ")";
  if (kind === "Blob" || kind === "File") return kind + "(" + value.size + " bytes, " + inner(value.type) + ")";
  return (kind === "Object" ? "" : kind + " ") + "{" + entries(Object.keys(value)) + "}";
}
(function () {
  if (globalThis.contextName) return;
  var where = typeof window === "undefined" ? "background" : "web " + location.href;
  var runtime = globalThis.chrome && chrome.runtime;
  if (/-extension:$/.test(location.protocol)) {
    var file = location.pathname.slice(1);
    where = typeof window === "undefined" || BACKGROUNDS.includes(file) ? "background" : "page " + file + location.search + location.hash;
  } else if (runtime && runtime.id) {
    where = "content " + location.href;
  }
  if (where.indexOf("web ") !== 0) where = "PREFIX" + where;
  globalThis.contextName = where;
  var write = console.log.bind(console), last = 0;
  var emit = function (line) {
    if (!"LOG_URL" || !/^(other )?background$/.test(where)) return write(line);
    last = Math.max(last + 0.001, Date.now());
    fetch("LOG_URL", { method: "POST", mode: "no-cors", keepalive: true, body: last + " " + line });
  };
  console.log = function () {
    emit("\u0001" + where + ": " + Array.prototype.map.call(arguments, String).join(" "));
  };
  emit("\u0002" + where);
})();
