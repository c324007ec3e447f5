// crypto: random numbers. The rest of Web Cryptography is absent.
(function (host) {
  "use strict";
  const whole = ["Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array", "BigInt64Array", "BigUint64Array"];
  class Crypto {
    getRandomValues(array) {
      if (typeof array !== "object" || array === null || !whole.includes(host.classOf(array))) {
        throw new host.DOMException("Failed to execute 'getRandomValues' on 'Crypto': The provided value is not an integer-type TypedArray", "TypeMismatchError");
      }
      if (array.byteLength > 65536) {
        throw new host.DOMException(`Failed to execute 'getRandomValues' on 'Crypto': The ArrayBufferView's byte length (${array.byteLength}) exceeds the number of bytes of entropy available via this API (65536).`, "QuotaExceededError");
      }
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(host.randomBytes(array.byteLength));
      return array;
    }
    randomUUID() {
      const bytes = host.randomBytes(16);
      bytes[6] = (bytes[6] & 0x0f) | 0x40;
      bytes[8] = (bytes[8] & 0x3f) | 0x80;
      const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    }
    get subtle() { return subtle; }
  }
  host.tag(Crypto, "Crypto");
  const subtle = host.absentObject("crypto.subtle", "webport has no Web Cryptography");
  host.globals.crypto = Object.create(Crypto.prototype);
  host.globals.Crypto = Crypto;
})
