// Blob and File, held in memory.
(function (host) {
  "use strict";
  let bytesOf;

  const join = (parts, endings) => {
    const chunks = [];
    for (const part of parts) {
      if (part instanceof Blob) chunks.push(bytesOf(part));
      else if (part instanceof ArrayBuffer) chunks.push(new Uint8Array(part.slice(0)));
      else if (ArrayBuffer.isView(part)) chunks.push(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
      else chunks.push(host.encodeText((endings === "native" ? `${part}`.replace(/\r\n?/g, "\n") : `${part}`).toWellFormed()));
    }
    const all = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
    let at = 0;
    for (const chunk of chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  };
  const cleanType = (type) => (/[^\x20-\x7e]/.test(`${type}`) ? "" : `${type}`.toLowerCase());

  class Blob {
    #bytes;
    #type;
    constructor(parts = [], { type = "", endings = "transparent" } = {}) {
      if (typeof parts !== "object" || parts === null || !parts[Symbol.iterator]) {
        throw new TypeError("Failed to construct 'Blob': The provided value cannot be converted to a sequence.");
      }
      this.#bytes = join(parts, endings);
      this.#type = cleanType(type);
    }
    static { bytesOf = (blob) => blob.#bytes; }
    get size() { return this.#bytes.length; }
    get type() { return this.#type; }
    async text() { return host.decodeText("utf-8", this.#bytes, false).replace(/^\ufeff/, ""); }
    async arrayBuffer() { return this.#bytes.slice().buffer; }
    async bytes() { return this.#bytes.slice(); }
    slice(start = 0, end = this.size, type = "") {
      return new Blob([this.#bytes.slice(start, end)], { type });
    }
    stream() { throw new Error("Blob.prototype.stream is not available: webport has no streams; use arrayBuffer() or text()"); }
  }
  host.tag(Blob, "Blob");

  class File extends Blob {
    #name;
    #modified;
    constructor(parts, name, options = {}) {
      if (arguments.length < 2) throw new TypeError(`Failed to construct 'File': 2 arguments required, but only ${arguments.length} present.`);
      super(parts, options);
      this.#name = `${name}`;
      this.#modified = options?.lastModified ?? Math.floor(host.now());
    }
    get name() { return this.#name; }
    get lastModified() { return this.#modified; }
    get webkitRelativePath() { return ""; }
  }
  host.tag(File, "File");

  host.blobParts = (value) => {
    if (!(value instanceof Blob)) return null;
    const parts = { $: "blob", type: value.type, v: bytesOf(value) };
    return value instanceof File ? { ...parts, $: "file", name: value.name, modified: value.lastModified } : parts;
  };
  host.makeBlob = (json, bytes) =>
    json.$ === "file" ? new File([bytes], json.name, { type: json.type, lastModified: json.modified }) : new Blob([bytes], { type: json.type });

  Object.assign(host.globals, { Blob, File });
})
