// Date on the clock of Go's time.Now, which is a fake one in a synctest
// bubble. Run only where the two differ.
(function (host) {
  "use strict";
  const Real = Date;
  function Fake(...args) {
    const time = Math.floor(host.now());
    if (!new.target) return new Real(time).toString();
    return Reflect.construct(Real, args.length ? args : [time], new.target === Fake ? Real : new.target);
  }
  Object.defineProperty(Fake, "name", { value: "Date", configurable: true });
  Object.defineProperty(Fake, "length", { value: 7, configurable: true });
  Object.defineProperty(Fake, "prototype", { value: Real.prototype, writable: false, enumerable: false });
  Object.defineProperty(Real.prototype, "constructor", { value: Fake, writable: true, configurable: true, enumerable: false });
  for (const [name, value] of [["now", () => Math.floor(host.now())], ["parse", Real.parse], ["UTC", Real.UTC]]) {
    Object.defineProperty(Fake, name, { value, writable: true, configurable: true, enumerable: false });
  }
  host.define("Date", Fake);
})
