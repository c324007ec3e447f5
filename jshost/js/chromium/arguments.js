// How Chromium checks the arguments of an API function (its APISignature and
// ArgumentSpec).

// apiFunction makes a function of the API as scripts see it.
const apiFunction = method;

class Mismatch {
  constructor(text) { this.text = text; }
}

const describe = (type) => {
  switch (type.kind) {
    case "choice": return `[${type.types.map(describe).join("|")}]`;
    case "enum": return "string";
    case "object": return type.name ?? "object";
  }
  return type.kind;
};

const invocationError = (path, parameters, text) => {
  const wanted = parameters.map((p) => `${p.optional ? "optional " : ""}${describe(p.type)} ${p.name}`).join(", ");
  return new TypeError(`Error in invocation of ${path}(${wanted}): ${text}`);
};

const callbackParameter = { name: "callback", optional: true, type: { kind: "function" } };

// matcher returns the function that checks arguments: it returns their values
// in the order of the parameters, undefined for what was left out, and the
// callback as property callback.
function matcher(path, signature, mode) {
  let parameters;
  return (args) => {
    if (parameters === undefined) {
      parameters = readSignature(signature);
      if (mode !== "sync") parameters.push(callbackParameter);
    }
    const values = [];
    if (args.length > parameters.length || !resolve(parameters, args, values, 0, 0)) {
      throw invocationError(path, parameters, "No matching signature.");
    }
    for (let i = 0; i < parameters.length; i++) {
      if (values[i] === undefined || values[i] === null && parameters[i].optional) {
        if (parameters[i].type.kind !== "any") values[i] = undefined;
        continue;
      }
      try {
        values[i] = read(parameters[i].type, values[i]);
      } catch (e) {
        if (!(e instanceof Mismatch)) throw e;
        throw invocationError(path, parameters, `Error at parameter '${parameters[i].name}': ${e.text}`);
      }
    }
    if (mode !== "sync") values.callback = values.pop();
    return values;
  };
}

// resolve decides which argument is for which parameter: optional ones may be
// left out anywhere.
function resolve(parameters, args, values, p, a) {
  if (p === parameters.length) return a === args.length;
  if (args.length - a > parameters.length - p) return false;
  const { type, optional } = parameters[p];
  if (a < args.length && (fits(type, args[a]) || optional && (args[a] === null || args[a] === undefined))) {
    values[p] = args[a];
    if (resolve(parameters, args, values, p + 1, a + 1)) return true;
  }
  if (!optional) return false;
  values[p] = undefined;
  return resolve(parameters, args, values, p + 1, a);
}

const isInt32 = (value) => typeof value === "number" && isSame(value, value | 0); // -0 is none

function fits(type, value) {
  switch (type.kind) {
    case "any": return true;
    case "enum": return typeof value === "string";
    case "integer": return isInt32(value);
    case "object": return typeof value === "object" && value !== null && !isArray(value);
    case "array": return isArray(value);
    case "choice": return type.types.some((t) => fits(t, value));
  }
  return typeof value === type.kind;
}

const typeOf = (value) => {
  if (value === null) return "null";
  if (isArray(value)) return "array";
  switch (typeof value) {
    case "number": return isInt32(value) ? "integer" : "number";
    case "bigint": case "symbol": return "other";
  }
  return typeof value;
};

// read returns value as type has it: a copy, with the properties it knows.
function read(type, value) {
  switch (type.kind) {
    case "any": return value;
    case "choice": return readChoice(type.types, value);
    case "array":
      if (!isArray(value)) break;
      return value.map((element, i) => within(`Error at index ${i}: `, type.element, element));
    case "enum":
      if (typeof value !== "string") break;
      if (!type.values.includes(value)) throw new Mismatch(`Value must be one of ${type.values.join(", ")}.`);
      return value;
    case "object":
      if (!fits(type, value)) break;
      return type.properties === undefined ? value : readObject(type.properties, value);
    default:
      if (!fits(type, value)) break;
      if (value < type.min) throw new Mismatch(`Value must be at least ${type.min}.`);
      return value;
  }
  const wanted = type.kind === "enum" ? "string" : type.kind;
  throw new Mismatch(`Invalid type: expected ${wanted}, found ${typeOf(value)}.`);
}

function readChoice(types, value) {
  for (const type of types) {
    try {
      return read(type, value);
    } catch (e) {
      if (!(e instanceof Mismatch)) throw e;
    }
  }
  throw new Mismatch("Value did not match any choice.");
}

function within(place, type, value) {
  try {
    return read(type, value);
  } catch (e) {
    if (e instanceof Mismatch) e.text = place + e.text;
    throw e;
  }
}

function readObject(properties, object) {
  const result = {};
  for (const key of ofScript(() => keys(object))) {
    const property = properties.find((p) => p.name === key);
    if (property === undefined) throw new Mismatch(`Unexpected property: '${key}'.`);
    const value = ofScript(() => object[key]);
    if (property.optional && (value === undefined || value === null)) continue;
    result[key] = within(`Error at property '${key}': `, property.type, value);
  }
  for (const { name, optional } of properties) {
    if (!optional && !(name in result)) throw new Mismatch(`Missing required property '${name}'.`);
  }
  return result;
}

// ofScript calls what may run a getter or a proxy's trap.
function ofScript(f) {
  try {
    return f();
  } catch {
    throw new Mismatch("Script threw an error.");
  }
}
