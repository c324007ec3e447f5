// How Firefox checks the arguments of an API function (its Schemas.sys.mjs).

// apiFunction makes a function of the API as scripts see it: without a name, and
// of length 1.
const apiFunction = (name, body) => defineProperty(method("", body), "length", { value: 1 });

class Mismatch {
  constructor(text) { this.text = text; }
}

const baseType = (value) => {
  if (value === null) return "null";
  if (isArray(value)) return "array";
  if (typeof value === "number") return isInteger(value) ? "integer" : "number";
  return typeof value;
};

// matcher returns the function that checks arguments: it returns their values
// in the order of the parameters, undefined for what was left out, and the
// callback as property callback. In the mode "promise" that may only be null.
function matcher(path, signature, mode) {
  let parameters;
  return (args) => {
    if (parameters === undefined) {
      parameters = readSignature(signature);
      if (mode !== "sync") parameters.push({ name: "callback", optional: true, type: { kind: mode === "promise" ? "nothing" : "function" } });
    }
    const values = [];
    if (!assign(parameters, args, values, 0, 0)) throw new Error(`Incorrect argument types for ${path}.`);
    for (let i = 0; i < parameters.length; i++) {
      if (values[i] === undefined) continue;
      try {
        values[i] = read(parameters[i].type, values[i]);
      } catch (e) {
        if (!(e instanceof Mismatch)) throw e;
        throw new Error(`Type error for parameter ${parameters[i].name} (${e.text}) for ${path}.`);
      }
    }
    if (mode !== "sync") values.callback = values.pop();
    return values;
  };
}

// assign decides which argument is for which parameter, trying first to leave
// an optional one out.
function assign(parameters, args, values, p, a) {
  if (p === parameters.length) return a === args.length;
  const { type, optional } = parameters[p];
  if (optional) {
    values[p] = undefined;
    if (assign(parameters, args, values, p + 1, a)) return true;
  }
  if (a === args.length) return false;
  if (fits(type, args[a])) {
    values[p] = args[a];
  } else if (optional && (args[a] === null || args[a] === undefined)) {
    values[p] = undefined;
  } else {
    return false;
  }
  return assign(parameters, args, values, p + 1, a + 1);
}

function fits(type, value) {
  const base = baseType(value);
  switch (type.kind) {
    case "any": return true;
    case "enum": return base === "string";
    case "number": return base === "number" || base === "integer";
    case "choice": return type.types.some((t) => fits(t, value));
  }
  return base === type.kind;
}

// shown is what Firefox's own code makes of a script's value with JSON.stringify,
// to which a String object is an object like others.
const shown = (value) => {
  try {
    return stringify(value, (key, inner) => boxed.has(classIn(inner)) ? {} : inner);
  } catch {
    throw new DOMException("An exception was thrown", "InvalidStateError");
  }
};
const boxed = new Set(["String", "Number", "Boolean", "BigInt", "Symbol"]);
const classIn = (value) => typeof value === "object" && value !== null ? host.classOf(value) : undefined;

// read returns value as type has it: a copy, with the properties it knows.
function read(type, value) {
  switch (type.kind) {
    case "any": return value;
    case "choice": {
      const fitting = type.types.find((t) => fits(t, value));
      if (fitting !== undefined) return read(fitting, value);
      break;
    }
    case "array":
      if (!isArray(value)) break;
      return value.map((element, i) => within(toText(i), type.element, element));
    case "enum":
      if (typeof value !== "string") break;
      if (!type.values.includes(value)) throw new Mismatch(`Invalid enumeration value ${stringify(value)}`);
      return value;
    case "object":
      if (!fits(type, value)) break;
      return type.properties === undefined ? value : readObject(type.properties, value);
    default:
      if (!fits(type, value)) break;
      if (value < type.min) throw new Mismatch(`${type.kind === "integer" ? "Integer" : "Number"} ${value} is too small (must be at least ${type.min})`);
      if (type.pattern !== undefined && !type.pattern.test(value)) throw new Mismatch(`String ${stringify(value)} must match ${type.pattern}`);
      return value;
  }
  throw new Mismatch(`Expected ${type.kind === "enum" ? "string" : type.kind} instead of ${shown(value)}`);
}

// within names the place in an error: Error processing a.b: …
function within(name, type, value) {
  try {
    return read(type, value);
  } catch (e) {
    if (e instanceof Mismatch) {
      e.text = e.path === undefined ? `Error processing ${name}: ${e.text}`
        : `Error processing ${name}.${e.path}${e.text.slice("Error processing ".length + e.path.length)}`;
      e.path = e.path === undefined ? name : `${name}.${e.path}`;
    }
    throw e;
  }
}

// readObject sees own enumerable data properties only: Firefox runs no getter
// here.
function readObject(properties, object) {
  const kind = host.classOf(object);
  if (kind !== "Object") throw new Mismatch(`Expected a plain JavaScript object, got a ${kind}`);
  const own = new Map();
  for (const key of keys(object)) {
    const descriptor = getOwnPropertyDescriptor(object, key);
    if ("value" in descriptor) own.set(key, descriptor.value);
  }
  const result = {};
  for (const { name, optional, type } of properties) {
    const value = own.get(name);
    if (value !== undefined && value !== null) {
      result[name] = within(name, type, value);
    } else if (!optional) {
      throw new Mismatch(`Property "${name}" is required`);
    }
  }
  for (const key of own.keys()) {
    if (!properties.some((p) => p.name === key)) throw new Mismatch(`Unexpected property ${stringify(key)}`);
  }
  return result;
}
