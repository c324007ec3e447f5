// TextEncoder, TextDecoder, atob and btoa.
(function (host) {
  "use strict";
  const labels = {
    "utf-8": ["utf-8", "utf8", "unicode-1-1-utf-8", "unicode11utf8", "unicode20utf8", "x-unicode20utf8"],
    "utf-16le": ["utf-16le", "utf-16", "ucs-2", "unicode", "unicodefeff", "csunicode", "iso-10646-ucs-2"],
    "utf-16be": ["utf-16be", "unicodefffe"],
    "windows-1252": ["windows-1252", "latin1", "iso-8859-1", "iso8859-1", "iso88591", "iso_8859-1", "ascii", "us-ascii",
      "cp1252", "x-cp1252", "l1", "cp819", "ibm819", "iso-ir-100", "csisolatin1", "ansi_x3.4-1968", "iso_8859-1:1987"],
  };
  const encodings = new Map();
  for (const name in labels) for (const label of labels[name]) encodings.set(label, name);

  const bytesOf = (input) => {
    if (input === undefined) return new Uint8Array(0);
    if (input instanceof ArrayBuffer) return new Uint8Array(input);
    if (ArrayBuffer.isView(input)) return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
    throw new TypeError("Failed to execute 'decode' on 'TextDecoder': The provided value is not of type '(ArrayBuffer or ArrayBufferView)'.");
  };

  class TextEncoder {
    get encoding() { return "utf-8"; }
    encode(text = "") { return host.encodeText(`${text}`.toWellFormed()); }
    encodeInto(text, into) {
      let read = 0;
      let written = 0;
      for (const character of `${text}`) {
        const bytes = host.encodeText(character.toWellFormed());
        if (written + bytes.length > into.length) break;
        into.set(bytes, written);
        written += bytes.length;
        read += character.length;
      }
      return { read, written };
    }
  }
  host.tag(TextEncoder, "TextEncoder");

  class TextDecoder {
    #encoding;
    #fatal;
    #ignoreBOM;
    #rest = new Uint8Array(0); // the bytes of a character not yet complete
    #started = false; // something of this stream is out: no byte order mark any more
    constructor(label = "utf-8", options = {}) {
      const encoding = encodings.get(`${label}`.trim().toLowerCase());
      if (!encoding) throw new RangeError(`Failed to construct 'TextDecoder': The encoding label provided ('${label}') is invalid or not supported by webport.`);
      this.#encoding = encoding;
      this.#fatal = !!options?.fatal;
      this.#ignoreBOM = !!options?.ignoreBOM;
    }
    get encoding() { return this.#encoding; }
    get fatal() { return this.#fatal; }
    get ignoreBOM() { return this.#ignoreBOM; }
    decode(input, options) {
      let bytes = bytesOf(input);
      if (this.#rest.length) {
        const all = new Uint8Array(this.#rest.length + bytes.length);
        all.set(this.#rest);
        all.set(bytes, this.#rest.length);
        bytes = all;
      }
      const more = !!options?.stream;
      const kept = more ? host.incompleteText(this.#encoding, bytes) : 0;
      this.#rest = bytes.slice(bytes.length - kept);
      let text;
      try {
        text = host.decodeText(this.#encoding, bytes.slice(0, bytes.length - kept), this.#fatal);
      } catch (thrown) {
        this.#rest = new Uint8Array(0);
        this.#started = false;
        throw thrown;
      }
      if (!this.#started && !this.#ignoreBOM && this.#encoding !== "windows-1252" && text.charCodeAt(0) === 0xfeff) {
        text = text.slice(1);
        this.#started = true;
      }
      this.#started = more && (this.#started || text.length > 0);
      return text;
    }
  }
  host.tag(TextDecoder, "TextDecoder");

  Object.assign(host.globals, {
    TextEncoder,
    TextDecoder,
    btoa(binary) {
      if (arguments.length === 0) throw new TypeError("Failed to execute 'btoa': 1 argument required, but only 0 present.");
      const text = host.binaryToBase64(`${binary}`);
      if (text === undefined) {
        throw new host.DOMException("Failed to execute 'btoa': The string to be encoded contains characters outside of the Latin1 range.", "InvalidCharacterError");
      }
      return text;
    },
    atob(text) {
      if (arguments.length === 0) throw new TypeError("Failed to execute 'atob': 1 argument required, but only 0 present.");
      const binary = host.base64ToBinary(`${text}`);
      if (binary === undefined) {
        throw new host.DOMException("Failed to execute 'atob': The string to be decoded is not correctly encoded.", "InvalidCharacterError");
      }
      return binary;
    },
  });
})
