// console. Each call that shows something is one host.print(level, text).
(function (host) {
  "use strict";
  const { print, now } = host;
  for (const name of ["inspect", "format"]) {
    host[name] = (value) => {
      host.loadPrelude("inspect.js"); // replaces host[name]
      return host[name](value);
    };
  }
  const inspect = (value) => host.inspect(value);
  const format = (args) => (args.length === 1 && typeof args[0] === "string" ? args[0] : host.format(args));
  let indent = "";
  const counts = new Map();
  const started = new Map();

  const show = (level, text) => print(level, indent ? indent + text.replaceAll("\n", `\n${indent}`) : text);
  const out = (level) => (...args) => { show(level, format(args)); };

  const label = (name) => (name === undefined ? "default" : String(name));

  const elapsed = (name) => {
    const ms = now() - started.get(name);
    return `${name}: ${ms.toFixed(3).replace(/\.?0+$/, "")} ms`;
  };

  // table draws rows and columns with plain characters.
  const table = (data, columns) => {
    if (typeof data !== "object" || data === null) return format([data]);
    const rows = [];
    const names = [];
    const entries = data instanceof Map ? [...data] : data instanceof Set ? [...data].map((v, i) => [i, v]) : Object.entries(data);
    for (const [index, value] of entries) {
      const row = new Map([["(index)", String(index)]]);
      const cells = typeof value === "object" && value !== null ? Object.entries(value) : [["Value", value]];
      for (const [name, cell] of cells) {
        if (columns && !columns.includes(name)) continue;
        if (!names.includes(name)) names.push(name);
        row.set(name, typeof cell === "string" ? `'${cell}'` : inspect(cell));
      }
      rows.push(row);
    }
    const header = ["(index)", ...names.filter((name) => name !== "Value"), ...(names.includes("Value") ? ["Value"] : [])];
    const widths = header.map((name) => Math.max(name.length, ...rows.map((row) => (row.get(name) ?? "").length)));
    const line = (cells) => `│ ${cells.map((cell, i) => cell.padEnd(widths[i])).join(" │ ")} │`;
    const rule = (left, middle, right) => left + widths.map((w) => "─".repeat(w + 2)).join(middle) + right;
    return [
      rule("┌", "┬", "┐"), line(header), rule("├", "┼", "┤"),
      ...rows.map((row) => line(header.map((name) => row.get(name) ?? ""))), rule("└", "┴", "┘"),
    ].join("\n");
  };

  const console = {
    log: out("log"),
    info: out("info"),
    warn: out("warn"),
    error: out("error"),
    debug: out("debug"),
    dir(value) { show("log", inspect(value)); },
    dirxml: out("log"),
    table(data, columns) { show("log", table(data, columns)); },
    trace(...args) {
      const frames = new Error().stack.split("\n").filter((frame) => frame.trim() && !frame.includes("webport:"));
      show("log", [args.length ? `Trace: ${format(args)}` : "Trace", ...frames].join("\n"));
    },
    assert(condition, ...args) {
      if (condition) return;
      if (typeof args[0] === "string") args[0] = `Assertion failed: ${args[0]}`;
      else args.unshift("Assertion failed");
      show("error", format(args));
    },
    count(name) {
      const key = label(name);
      counts.set(key, (counts.get(key) ?? 0) + 1);
      show("log", `${key}: ${counts.get(key)}`);
    },
    countReset(name) {
      if (!counts.delete(label(name))) show("warn", `Count for '${label(name)}' does not exist`);
    },
    group(...args) {
      if (args.length) show("log", format(args));
      indent += "  ";
    },
    groupEnd() { indent = indent.slice(2); },
    time(name) {
      const key = label(name);
      if (started.has(key)) show("warn", `Timer '${key}' already exists`);
      else started.set(key, now());
    },
    timeLog(name, ...args) {
      const key = label(name);
      if (!started.has(key)) show("warn", `Timer '${key}' does not exist`);
      else show("log", [elapsed(key), ...(args.length ? [format(args)] : [])].join(" "));
    },
    timeEnd(name) {
      const key = label(name);
      if (!started.has(key)) show("warn", `Timer '${key}' does not exist`);
      else show("log", elapsed(key));
      started.delete(key);
    },
    timeStamp() {},
    profile() {},
    profileEnd() {},
    clear() {},
  };
  console.groupCollapsed = console.group;
  Object.defineProperty(console, Symbol.toStringTag, { value: "console", configurable: true });
  host.define("console", console);

  return { inspect };
})
