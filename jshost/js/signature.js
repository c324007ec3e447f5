// Signatures are written as TypeScript writes them, with integer and enums:
//
//   tabId: integer>=0, connectInfo?: {frameId?: integer>=0, name?: string}
//
// and read when the function is first called. A name with a dot is an object
// type that the texts call by that name, and its properties may follow in
// braces; a pattern may follow a string.

const readSignature = (() => {
  const token = /\s*(?:([A-Za-z_][\w.]*)|(>=-?\d+)|'([^']*)'|([{}()[\]:?|,])|\/((?:[^/\\]|\\.)+)\/)/y;
  const basic = new Set(["string", "integer", "number", "boolean", "any", "function", "object"]);

  return (source) => {
    let next;
    token.lastIndex = 0;
    const advance = () => { next = token.exec(source); };
    const at = (text) => next !== null && next[4] === text;
    const take = (text) => at(text) && (advance(), true);

    const primary = () => {
      if (take("{")) {
        const type = { kind: "object", properties: list("}") };
        take("}");
        return type;
      }
      if (take("(")) {
        const type = choice();
        take(")");
        return type;
      }
      if (next[3] !== undefined) {
        const type = { kind: "enum", values: [next[3]] };
        advance();
        return type;
      }
      const name = next[1];
      advance();
      const type = basic.has(name) ? { kind: name } : { kind: "object", name };
      if (type.name !== undefined && take("{")) {
        type.properties = list("}");
        take("}");
      }
      if (next !== null && next[2] !== undefined) {
        type.min = +next[2].slice(2);
        advance();
      }
      if (next !== null && next[5] !== undefined) {
        type.pattern = new RegExp(next[5]);
        advance();
      }
      return type;
    };
    const postfix = () => {
      let type = primary();
      while (at("[")) {
        advance();
        take("]");
        type = { kind: "array", element: type };
      }
      return type;
    };
    const choice = () => {
      const types = [postfix()];
      while (take("|")) types.push(postfix());
      if (types.length === 1) return types[0];
      if (types.every((type) => type.kind === "enum")) return { kind: "enum", values: types.map((type) => type.values[0]) };
      return { kind: "choice", types };
    };
    const list = (end) => {
      const members = [];
      while (next !== null && !at(end)) {
        const name = next[1];
        advance();
        const optional = take("?");
        take(":");
        members.push({ name, optional, type: choice() });
        take(",");
      }
      return members;
    };
    advance();
    return list("");
  };
})();
