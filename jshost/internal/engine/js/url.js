// URL and URLSearchParams. Parsing and the setters' rules are in Go.
(function (host) {
  "use strict";
  const encode = (text) =>
    encodeURIComponent(text.toWellFormed()).replace(/%20/g, "+").replace(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const decode = (text) => {
    const plain = text.replaceAll("+", " ");
    return plain.includes("%") ? host.percentDecode(plain) : plain;
  };
  const parse = (query) => {
    const list = [];
    for (const part of query.split("&")) {
      if (!part) continue;
      const at = part.indexOf("=");
      list.push(at < 0 ? [decode(part), ""] : [decode(part.slice(0, at)), decode(part.slice(at + 1))]);
    }
    return list;
  };
  let replaceList;

  class URLSearchParams {
    #list = [];
    #changed = null; // tells the URL this belongs to
    constructor(init = "") {
      if (typeof init === "object" && init !== null || typeof init === "function") {
        if (init[Symbol.iterator]) {
          for (const pair of init) {
            const entry = [...pair];
            if (entry.length !== 2) throw new TypeError("Failed to construct 'URLSearchParams': Sequence initializer must only contain pair elements");
            this.#list.push([`${entry[0]}`.toWellFormed(), `${entry[1]}`.toWellFormed()]);
          }
        } else {
          for (const key of Object.keys(init)) this.#list.push([key.toWellFormed(), `${init[key]}`.toWellFormed()]);
        }
      } else {
        this.#list = parse(`${init}`.replace(/^\?/, "").toWellFormed());
      }
    }
    static { replaceList = (params, query, changed) => { params.#list = parse(query); params.#changed = changed; }; }
    #update() { this.#changed?.(this.toString()); }
    get size() { return this.#list.length; }
    append(name, value) { this.#list.push([`${name}`.toWellFormed(), `${value}`.toWellFormed()]); this.#update(); }
    delete(name, value) {
      this.#list = this.#list.filter(([n, v]) => n !== `${name}` || (value !== undefined && v !== `${value}`));
      this.#update();
    }
    get(name) { return this.#list.find(([n]) => n === `${name}`)?.[1] ?? null; }
    getAll(name) { return this.#list.filter(([n]) => n === `${name}`).map(([, v]) => v); }
    has(name, value) { return this.#list.some(([n, v]) => n === `${name}` && (value === undefined || v === `${value}`)); }
    set(name, value) {
      const key = `${name}`.toWellFormed();
      const first = this.#list.find(([n]) => n === key);
      if (first) {
        first[1] = `${value}`.toWellFormed();
        this.#list = this.#list.filter((entry) => entry === first || entry[0] !== key);
      } else {
        this.#list.push([key, `${value}`.toWellFormed()]);
      }
      this.#update();
    }
    sort() {
      this.#list.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
      this.#update();
    }
    forEach(callback, self) {
      for (const [name, value] of this) callback.call(self, value, name, this);
    }
    *entries() { for (let i = 0; i < this.#list.length; i++) yield [...this.#list[i]]; }
    *keys() { for (const [name] of this.entries()) yield name; }
    *values() { for (const [, value] of this.entries()) yield value; }
    [Symbol.iterator]() { return this.entries(); }
    toString() { return this.#list.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&"); }
  }
  host.tag(URLSearchParams, "URLSearchParams");

  class URL {
    #parts; // href, origin, protocol, username, password, host, hostname, port, pathname, search, hash
    #params = null;
    constructor(url, base) {
      if (arguments.length === 0) throw new TypeError("Failed to construct 'URL': 1 argument required, but only 0 present.");
      const parts = host.parseURL(`${url}`.toWellFormed(), base === undefined ? undefined : `${base}`.toWellFormed());
      if (!parts) throw new TypeError(base === undefined ? "Failed to construct 'URL': Invalid URL" : `Failed to construct 'URL': Invalid ${host.parseURL(`${base}`.toWellFormed()) ? "" : "base "}URL`);
      this.#parts = parts;
    }
    static canParse(url, base) {
      return !!host.parseURL(`${url}`.toWellFormed(), base === undefined ? undefined : `${base}`.toWellFormed());
    }
    static parse(url, base) {
      return URL.canParse(url, base) ? new URL(url, base) : null;
    }
    static createObjectURL() { throw new Error("URL.createObjectURL is not available: webport does not serve Blobs under URLs"); }
    static revokeObjectURL() {}
    #set(name, value) {
      this.#parts = host.setURL(this.#parts.href, name, `${value}`.toWellFormed());
      if (this.#params && name !== "hash") this.#link();
    }
    #link() {
      replaceList(this.#params, this.#parts.search.slice(1), (query) => {
        this.#parts = host.setURL(this.#parts.href, "search", query);
      });
    }
    get href() { return this.#parts.href; }
    set href(value) {
      const parts = host.parseURL(`${value}`.toWellFormed());
      if (!parts) throw new TypeError("Failed to set the 'href' property on 'URL': Invalid URL");
      this.#parts = parts;
      if (this.#params) this.#link();
    }
    get origin() { return this.#parts.origin; }
    get searchParams() {
      if (!this.#params) {
        this.#params = new URLSearchParams();
        this.#link();
      }
      return this.#params;
    }
    toString() { return this.#parts.href; }
    toJSON() { return this.#parts.href; }
    static {
      for (const name of ["protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash"]) {
        Object.defineProperty(URL.prototype, name, {
          get() { return this.#parts[name]; },
          set(value) { this.#set(name, value); },
          enumerable: true, configurable: true,
        });
      }
    }
  }
  host.tag(URL, "URL");

  Object.assign(host.globals, { URL, URLSearchParams });
})
