// Selectors: parsed once, matched from right to left.

const parsedSelectors = new Map();

// parseSelector returns a list of alternatives; each is a chain, the rightmost compound first: { tests, combinator, left }.
function parseSelector(text) {
  let parsed = parsedSelectors.get(text);
  if (parsed === undefined) {
    const input = { text, at: 0 };
    parsed = parseList(input, false);
    if (input.at < text.length) throw null;
    if (parsedSelectors.size > 500) parsedSelectors.clear();
    parsedSelectors.set(text, parsed);
  }
  return parsed;
}

const blank = /[ \t\r\n\f]*/y;
const identifier = /(?:--|-?(?:[A-Za-z_\u0080-\uffff]|\\(?:[0-9a-fA-F]{1,6}\s?|[^\n])))(?:[\w\-\u0080-\uffff]|\\(?:[0-9a-fA-F]{1,6}\s?|[^\n]))*|-(?![\w-])/y;
const nameCharacters = /(?:[\w\-\u0080-\uffff]|\\(?:[0-9a-fA-F]{1,6}\s?|[^\n]))+/y;
const quoted = /"((?:[^"\\]|\\[^])*)"|'((?:[^'\\]|\\[^])*)'/y;
const combinatorText = /[ \t\r\n\f]*([>+~]|[ \t\r\n\f](?![>+~,)]|$))[ \t\r\n\f]*/y;

function take(input, pattern) {
  pattern.lastIndex = input.at;
  const match = pattern.exec(input.text);
  if (match === null) return null;
  input.at += match[0].length;
  return match;
}

const unescape = (text) => text.replace(/\\(?:([0-9a-fA-F]{1,6})\s?|([^]))/g, (_, hex, c) => hex ? String.fromCodePoint(parseInt(hex, 16) || 0xfffd) : c);

function takeName(input, pattern = identifier) {
  const match = take(input, pattern);
  if (match === null) throw null;
  return unescape(match[0]);
}

function parseList(input, relative) {
  const all = [];
  for (;;) {
    take(input, blank);
    all.push(parseChain(input, relative));
    take(input, blank);
    if (input.text[input.at] !== ",") return all;
    input.at++;
  }
}

function parseChain(input, relative) {
  let left = null, combinator = null;
  if (relative) {
    combinator = take(input, /[>+~]/y)?.[0] ?? " ";
    take(input, blank);
    left = { tests: [(r, scope) => r === scope], combinator: null, left: null };
  }
  for (;;) {
    left = { tests: parseCompound(input), combinator, left };
    const match = take(input, combinatorText);
    if (match === null) return left;
    combinator = match[1].trim() || " ";
  }
}

function parseCompound(input) {
  const tests = [];
  const start = input.at;
  if (input.text[input.at] === "*") input.at++;
  else {
    const type = take(input, identifier);
    if (type !== null) {
      const name = unescape(type[0]), lower = name.toLowerCase();
      tests.push((r) => r.local === lower || r.local === name);
    }
  }
  for (;;) {
    switch (input.text[input.at]) {
      case "#": {
        input.at++;
        const id = takeName(input, nameCharacters);
        tests.push((r) => r.attributes.get("id") === id);
        continue;
      }
      case ".": {
        input.at++;
        const name = takeName(input);
        tests.push((r) => tokens(r.attributes.get("class")).includes(name));
        continue;
      }
      case "[":
        input.at++;
        tests.push(parseAttribute(input));
        continue;
      case ":":
        input.at++;
        tests.push(parsePseudo(input));
        continue;
    }
    if (input.at === start) throw null;
    return tests;
  }
}

const attributeOperator = /[ \t\r\n\f]*([~|^$*]?=)[ \t\r\n\f]*/y;
const attributeEnd = /[ \t\r\n\f]*([iIsS]?)[ \t\r\n\f]*(?:\]|$)/y;

function parseAttribute(input) {
  take(input, blank);
  const name = takeName(input).toLowerCase();
  const operator = take(input, attributeOperator);
  let want = null;
  if (operator !== null) {
    const string = take(input, quoted);
    want = string !== null ? unescape(string[1] ?? string[2]) : takeName(input, nameCharacters);
  }
  const end = take(input, attributeEnd);
  if (end === null) throw null;
  if (operator === null) return (r) => r.attributes.has(name);
  const fold = end[1].toLowerCase() === "i";
  if (fold) want = want.toLowerCase();
  const compare = attributeTests[operator[1]];
  return (r) => {
    const value = r.attributes.get(name);
    return value !== undefined && compare(fold ? value.toLowerCase() : value, want);
  };
}

const attributeTests = {
  "=": (value, want) => value === want,
  "~=": (value, want) => want !== "" && tokens(value).includes(want),
  "|=": (value, want) => value === want || value.startsWith(want + "-"),
  "^=": (value, want) => want !== "" && value.startsWith(want),
  "$=": (value, want) => want !== "" && value.endsWith(want),
  "*=": (value, want) => want !== "" && value.includes(want),
};

function parsePseudo(input) {
  if (input.text[input.at] === ":") { // a pseudo-element: valid, and no element
    input.at++;
    takeName(input);
    return () => false;
  }
  const name = takeName(input).toLowerCase();
  if (input.text[input.at] !== "(") {
    const test = pseudoClasses[name];
    if (test === undefined) throw null;
    return test;
  }
  input.at++;
  const make = pseudoFunctions[name];
  if (make === undefined) throw null;
  take(input, blank);
  const test = make(input);
  take(input, blank);
  if (input.at < input.text.length && input.text[input.at++] !== ")") throw null;
  return test;
}

const sameType = (a) => (b) => a.local === b.local;
const anyType = () => () => true;

// place is the element's number among its siblings that count, from 1.
function place(record, counts, direction) {
  let n = 1;
  for (let r = record[direction]; r !== null; r = r[direction]) if (r.type === ELEMENT && counts(r)) n++;
  return n;
}

const isFirst = (r, kind) => place(r, kind(r), "prev") === 1;
const isLast = (r, kind) => place(r, kind(r), "next") === 1;
const canBeDisabled = /^(button|input|select|textarea|option|optgroup|fieldset)$/;

const pseudoClasses = {
  "first-child": (r) => isFirst(r, anyType),
  "last-child": (r) => isLast(r, anyType),
  "only-child": (r) => isFirst(r, anyType) && isLast(r, anyType),
  "first-of-type": (r) => isFirst(r, sameType),
  "last-of-type": (r) => isLast(r, sameType),
  "only-of-type": (r) => isFirst(r, sameType) && isLast(r, sameType),
  empty: (r) => childRecords(r).every((c) => c.type === COMMENT || c.type === TEXT && c.data === ""),
  root: (r) => r.parent === theDocument,
  scope: (r, scope) => r === scope || scope.type !== ELEMENT && r.parent === scope,
  checked: (r) => r.local === "option" ? isSelected(r) : r.local === "input" && checkedOf(r),
  disabled: (r) => canBeDisabled.test(r.local) && r.attributes.has("disabled"),
  enabled: (r) => canBeDisabled.test(r.local) && !r.attributes.has("disabled"),
  required: (r) => r.attributes.has("required"),
  link: (r) => (r.local === "a" || r.local === "area") && r.attributes.has("href"),
  "any-link": (r) => (r.local === "a" || r.local === "area") && r.attributes.has("href"),
  focus: (r) => documentState.activeElement === r,
  "focus-visible": (r) => documentState.activeElement === r,
  "focus-within": (r) => documentState.activeElement !== null && isInclusiveAncestor(r, documentState.activeElement),
  target: (r) => r.attributes.get("id") === decodeURIComponent(location.hash.slice(1)) && location.hash !== "",
  defined: () => true, hover: () => false, active: () => false, visited: () => false,
};

const nthFormula = /(even|odd|[+-]?\d*n(?:[ \t\r\n\f]*[+-][ \t\r\n\f]*\d+)?|[+-]?\d+)/iy;

function parseNth(input) {
  const match = take(input, nthFormula);
  if (match === null) throw null;
  const text = match[0].toLowerCase().replace(/\s/g, "");
  if (text === "even") return [2, 0];
  if (text === "odd") return [2, 1];
  const parts = /^(?:([+-]?\d*)n)?([+-]?\d+)?$/.exec(text);
  if (parts[1] === undefined) return [0, Number(parts[2])];
  const step = /\d/.test(parts[1]) ? Number(parts[1]) : parts[1] === "-" ? -1 : 1;
  return [step, Number(parts[2] ?? 0)];
}

function nth(kind, direction) {
  return (input) => {
    const [step, offset] = parseNth(input);
    let of = null;
    if (take(input, /[ \t\r\n\f]+of[ \t\r\n\f]+/y) !== null) of = parseList(input, false);
    return (r, scope) => {
      if (of !== null && !matchesList(r, of, scope)) return false;
      const n = place(r, of === null ? kind(r) : (s) => matchesList(s, of, scope), direction) - offset;
      return step === 0 ? n === 0 : n % step === 0 && n / step >= 0;
    };
  };
}

const listed = (input) => {
  const list = parseList(input, false);
  return (r, scope) => matchesList(r, list, scope);
};

const pseudoFunctions = {
  not: (input) => {
    const list = parseList(input, false);
    return (r, scope) => !matchesList(r, list, scope);
  },
  is: listed, where: listed, matches: listed, "-webkit-any": listed, "-moz-any": listed,
  has: (input) => {
    const list = parseList(input, true);
    return (r) => {
      // What follows a leading + or ~ is not below r.
      for (const d of descendants(r.parent ?? r)) if (d.type === ELEMENT && d !== r && matchesList(d, list, r)) return true;
      return false;
    };
  },
  "nth-child": nth(anyType, "prev"), "nth-last-child": nth(anyType, "next"),
  "nth-of-type": nth(sameType, "prev"), "nth-last-of-type": nth(sameType, "next"),
};

const matchesList = (record, list, scope) => list.some((chain) => matchesChain(record, chain, scope));

function matchesChain(record, chain, scope) {
  for (const test of chain.tests) if (!test(record, scope)) return false;
  if (chain.left === null) return true;
  const step = chain.combinator === "+" || chain.combinator === "~" ? "prev" : "parent";
  const once = chain.combinator === ">" || chain.combinator === "+";
  for (let r = record[step]; r !== null; r = r[step]) {
    // The scope of a fragment or document stands for itself in :scope > x.
    if (r.type !== ELEMENT) {
      if (r === scope && step === "parent" && isScopeOnly(chain.left)) return true;
      if (step === "parent") return false;
      continue;
    }
    if (matchesChain(r, chain.left, scope)) return true;
    if (once) return false;
  }
  return false;
}

const isScopeOnly = (chain) => chain.left === null && chain.tests.length === 1 && chain.tests[0] === pseudoClasses.scope;

function selectorFor(selector, method, record) {
  try {
    return parseSelector(`${selector}`);
  } catch (e) {
    if (e !== null) throw e;
    const name = record.type === DOCUMENT ? "Document" : record.type === FRAGMENT ? "DocumentFragment" : "Element";
    throw new DOMException(`Failed to execute '${method}' on '${name}': '${selector}' is not a valid selector.`, "SyntaxError");
  }
}

function select(root, selector, method, firstOnly) {
  const list = selectorFor(selector, method, root);
  const found = [];
  for (const record of descendants(root)) {
    if (record.type !== ELEMENT || !matchesList(record, list, root)) continue;
    found.push(record.node);
    if (firstOnly) break;
  }
  return found;
}

const tokens = (text) => text === undefined ? [] : text.split(/[ \t\r\n\f]+/).filter(Boolean);
