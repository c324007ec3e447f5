// HTML elements: properties that show attributes, forms, and what a click does by itself.

const globalHandlers = ["abort", "animationend", "animationstart", "auxclick", "beforeinput", "blur", "cancel", "change", "click", "close",
  "contextmenu", "copy", "cut", "dblclick", "drag", "dragend", "dragenter", "dragleave", "dragover", "dragstart", "drop", "error", "focus",
  "focusin", "focusout", "input", "invalid", "keydown", "keypress", "keyup", "load", "mousedown", "mouseenter", "mouseleave", "mousemove", "mouseout",
  "mouseover", "mouseup", "paste", "play", "pause", "pointerdown", "pointermove", "pointerup", "reset", "resize", "scroll", "select", "submit",
  "toggle", "touchend", "touchmove", "touchstart", "transitionend", "wheel"];

class HTMLElement extends Element {
  get style() { const r = recordOf(this); return r.style ??= newStyle(r, true); }
  set style(text) { this.setAttribute("style", text); }
  get dataset() { const r = recordOf(this); return r.dataset ??= newDataset(r); }
  get innerText() { return this.textContent; }
  set innerText(text) {
    const parts = `${text}`.split(/\r\n?|\n/);
    replaceChildren(recordOf(this), parts.flatMap((part, i) => [...(i > 0 ? [newElement("br")] : []), ...(part === "" ? [] : [newText(part)])]));
  }
  get outerText() { return this.textContent; }
  get tabIndex() { return Number.parseInt(this.getAttribute("tabindex") ?? (/^(A|BUTTON|INPUT|SELECT|TEXTAREA)$/.test(this.tagName) ? 0 : -1)); }
  set tabIndex(value) { this.setAttribute("tabindex", value); }
  get isContentEditable() { return this.closest("[contenteditable]:not([contenteditable=false])") !== null; }
  get contentEditable() { return this.getAttribute("contenteditable") ?? "inherit"; }
  set contentEditable(value) { this.setAttribute("contenteditable", value); }
  get offsetParent() { return null; }
  click() {
    if (isDisabled(recordOf(this))) return;
    dispatch(recordOf(this), newEvent("PointerEvent", "click", { bubbles: true, cancelable: true, composed: true, view: globalThis, detail: 0 }));
  }
  focus() { setFocus(recordOf(this)); }
  blur() { if (documentState.activeElement === recordOf(this)) setFocus(null); }
}
for (const name of ["offsetTop", "offsetLeft", "offsetWidth", "offsetHeight"]) {
  Object.defineProperty(HTMLElement.prototype, name, { get() { recordOf(this); return 0; }, enumerable: true, configurable: true });
}
// The accessors of handlers look at this: one set serves all that have them.
const handlerAccessors = {};
host.handlers(handlerAccessors, globalHandlers);
mixin(HTMLElement, handlerAccessors);

function setFocus(record) {
  const old = documentState.activeElement;
  if (old === record || record !== null && (!isConnected(record) || isDisabled(record))) return;
  documentState.activeElement = record;
  tell("focus", record?.shared ? record.id : 0);
  const tellFocus = (target, type, related, bubbles) => target !== null && fire(target, newEvent("FocusEvent", type, { bubbles, composed: true, relatedTarget: nodeOf(related) }));
  tellFocus(old, "blur", record, false);
  tellFocus(old, "focusout", record, true);
  tellFocus(record, "focus", old, false);
  tellFocus(record, "focusin", old, true);
}

const isDisabled = (record) => canBeDisabled.test(record.local) && record.attributes.has("disabled");

// reflect makes properties that show attributes: texts, URLs (resolved), booleans, numbers.
function reflect(Class, { text = [], url = [], flag = [], number = [] }) {
  const define = (property, get, set) => Object.defineProperty(Class.prototype, property, { get, set, enumerable: true, configurable: true });
  const attributeOf = (property) => ({ htmlFor: "for", httpEquiv: "http-equiv", acceptCharset: "accept-charset", defaultValue: "value", defaultChecked: "checked", defaultSelected: "selected" })[property] ?? property.toLowerCase();
  for (const property of text) {
    const name = attributeOf(property);
    define(property, function () { return this.getAttribute(name) ?? ""; }, function (value) { this.setAttribute(name, value); });
  }
  for (const property of url) {
    const name = attributeOf(property);
    define(property, function () { return resolveURL(this.getAttribute(name)); }, function (value) { this.setAttribute(name, value); });
  }
  for (const property of flag) {
    const name = attributeOf(property);
    define(property, function () { return this.hasAttribute(name); }, function (value) { this.toggleAttribute(name, Boolean(value)); });
  }
  for (const property of number) {
    const name = attributeOf(property);
    define(property, function () { return Number.parseInt(this.getAttribute(name)) || 0; }, function (value) { this.setAttribute(name, value); });
  }
}

function resolveURL(text) {
  if (text === null) return "";
  try {
    return new URL(text, documentState.url).href;
  } catch {
    return text;
  }
}

reflect(HTMLElement, { text: ["title", "lang", "dir", "accessKey", "nonce"], flag: ["hidden", "inert", "autofocus"] });

// setForm changes what a user changes in a control; it is apart from the attributes.
function setForm(record, change) {
  record.form = { ...record.form, ...change };
  if (record.shared) tell("form", record.id, record.form);
}

const checkedOf = (record) => record.form?.checked ?? record.attributes.has("checked");

function setChecked(record, checked) {
  if (checked && record.attributes.get("type") === "radio") {
    for (const other of radioGroup(record)) if (other !== record) setForm(other, { checked: false });
  }
  setForm(record, { checked });
}

function radioGroup(record) {
  const name = record.attributes.get("name");
  if (name === undefined) return [record];
  return [...descendants(formOf(record) ?? rootOf(record))].filter((r) => r.local === "input" && r.attributes.get("type") === "radio" && r.attributes.get("name") === name);
}

function formOf(record) {
  const id = record.attributes.get("form");
  if (id !== undefined) {
    const form = findByID(rootOf(record), id);
    return form === null ? null : recordOf(form);
  }
  for (let r = record.parent; r !== null; r = r.parent) if (r.local === "form") return r;
  return null;
}

const formControl = {
  get form() { return nodeOf(formOf(recordOf(this))); },
  get labels() {
    const record = recordOf(this);
    return fixedList(NodeList, [...descendants(rootOf(record))].filter((r) => r.local === "label" && controlOf(r) === record).map(nodeOf));
  },
  checkValidity() { return !(this.hasAttribute("required") && this.value === ""); },
  reportValidity() { return this.checkValidity(); },
  setCustomValidity() {},
  select() {},
  setSelectionRange(start, end) { this.selectionStart = start; this.selectionEnd = end; },
};

class HTMLInputElement extends HTMLElement {
  get type() { return (this.getAttribute("type") ?? "text").toLowerCase(); }
  set type(value) { this.setAttribute("type", value); }
  get value() {
    const value = recordOf(this).form?.value ?? this.getAttribute("value");
    return value ?? (this.type === "checkbox" || this.type === "radio" ? "on" : "");
  }
  set value(value) { setForm(recordOf(this), { value: value === null ? "" : `${value}` }); }
  get valueAsNumber() { return this.value === "" ? NaN : Number(this.value); }
  get checked() { return checkedOf(recordOf(this)); }
  set checked(value) { setChecked(recordOf(this), Boolean(value)); }
  get indeterminate() { return recordOf(this).form?.indeterminate ?? false; }
  set indeterminate(value) { setForm(recordOf(this), { indeterminate: Boolean(value) }); }
  get files() { return null; }
}
class HTMLTextAreaElement extends HTMLElement {
  get type() { return "textarea"; }
  get value() { return recordOf(this).form?.value ?? this.textContent; }
  set value(value) { setForm(recordOf(this), { value: value === null ? "" : `${value}` }); }
  get defaultValue() { return this.textContent; }
  set defaultValue(value) { this.textContent = value; }
}
class HTMLButtonElement extends HTMLElement {
  get type() { return /^(button|reset)$/i.exec(this.getAttribute("type") ?? "")?.[0].toLowerCase() ?? "submit"; }
  set type(value) { this.setAttribute("type", value); }
}
class HTMLSelectElement extends HTMLElement {
  get type() { return this.multiple ? "select-multiple" : "select-one"; }
  get options() { const r = recordOf(this); return r.options ??= byTag(r, "option"); }
  get length() { return this.options.length; }
  get selectedOptions() { return fixedList(HTMLCollection, [...this.options].filter((o) => o.selected)); }
  get selectedIndex() { return [...this.options].findIndex((o) => o.selected); }
  set selectedIndex(index) { [...this.options].forEach((o, i) => { o.selected = i === Number(index); }); }
  get value() { return [...this.options].find((o) => o.selected)?.value ?? ""; }
  set value(value) { this.selectedIndex = [...this.options].findIndex((o) => o.value === `${value}`); }
  add(option, before = null) { this.insertBefore(option, typeof before === "number" ? this.options[before] ?? null : before); }
}

function isSelected(record) {
  if (record.form?.selected !== undefined) return record.form.selected;
  if (record.attributes.has("selected")) return true;
  let select = record.parent;
  while (select !== null && select.local !== "select") select = select.parent;
  if (select === null || select.attributes.has("multiple")) return false;
  // A list that shows one option has its first one selected when no other is.
  const options = [...descendants(select)].filter((r) => r.local === "option");
  return options[0] === record && !options.some((o) => o.form?.selected ?? o.attributes.has("selected"));
}

class HTMLOptionElement extends HTMLElement {
  get value() { return this.getAttribute("value") ?? this.text; }
  set value(value) { this.setAttribute("value", value); }
  get text() { return this.textContent.trim().replace(/\s+/g, " "); }
  set text(value) { this.textContent = value; }
  get selected() { return isSelected(recordOf(this)); }
  set selected(value) {
    const select = this.closest("select");
    if (value && select !== null && !select.multiple) for (const o of select.options) if (o !== this) setForm(recordOf(o), { selected: false });
    setForm(recordOf(this), { selected: Boolean(value) });
  }
  get index() { return [...this.closest("select")?.options ?? []].indexOf(this); }
}
class HTMLFormElement extends HTMLElement {
  get elements() {
    const record = recordOf(this);
    return record.elements ??= liveList(HTMLCollection, () => [...descendants(rootOf(record))].filter((r) => /^(button|input|select|textarea|fieldset|output)$/.test(r.local) && formOf(r) === record).map(nodeOf));
  }
  get length() { return this.elements.length; }
  get action() { return resolveURL(this.getAttribute("action") ?? ""); }
  set action(value) { this.setAttribute("action", value); }
  get method() { return /^(post|dialog)$/i.exec(this.getAttribute("method") ?? "")?.[0].toLowerCase() ?? "get"; }
  set method(value) { this.setAttribute("method", value); }
  submit() { sendForm(this); }
  requestSubmit(submitter = null) {
    if (fire(recordOf(this), newEvent("SubmitEvent", "submit", { bubbles: true, cancelable: true, submitter }))) sendForm(this, submitter);
  }
  reset() {
    if (!fire(recordOf(this), newEvent("Event", "reset", { bubbles: true, cancelable: true }))) return;
    for (const e of this.elements) if (recordOf(e).form !== null) { recordOf(e).form = null; setForm(recordOf(e), {}); }
  }
  checkValidity() { return [...this.elements].every((e) => e.checkValidity?.() ?? true); }
  reportValidity() { return this.checkValidity(); }
}

// sendForm navigates as a GET form does; webport has nobody to send a POST to, and Go says so.
function sendForm(form, submitter) {
  const fields = new URLSearchParams();
  for (const e of form.elements) {
    const name = e.getAttribute("name");
    if (!name || isDisabled(recordOf(e)) || e.tagName === "FIELDSET") continue;
    if (e.tagName === "BUTTON" && e !== submitter || /^(checkbox|radio)$/.test(e.type) && !e.checked) continue;
    if (/^(submit|button|reset|image)$/.test(e.type) && e !== submitter) continue;
    fields.append(name, e.value);
  }
  host.domEffect("submit", JSON.stringify({ url: form.action, method: form.method, fields: fields.toString() }));
}

class HTMLLabelElement extends HTMLElement {
  get control() { return nodeOf(controlOf(recordOf(this))); }
}
function controlOf(label) {
  const id = label.attributes.get("for");
  if (id !== undefined) return findByID(rootOf(label), id) && recordOf(findByID(rootOf(label), id));
  for (const d of descendants(label)) if (/^(button|input|select|textarea)$/.test(d.local)) return d;
  return null;
}

class HTMLAnchorElement extends HTMLElement {
  get text() { return this.textContent; }
  set text(value) { this.textContent = value; }
  toString() { return this.href; }
}
for (const part of ["protocol", "host", "hostname", "port", "pathname", "search", "hash", "origin", "username", "password"]) {
  Object.defineProperty(HTMLAnchorElement.prototype, part, {
    get() { try { return new URL(this.href)[part]; } catch { return ""; } },
    set(value) { const url = new URL(this.href); url[part] = value; this.href = url.href; },
    enumerable: true, configurable: true,
  });
}
class HTMLIFrameElement extends HTMLElement {
  get contentWindow() { const r = recordOf(this); return isConnected(r) ? windowFor("frame:" + r.id) : null; }
  get contentDocument() { return null; } // another document is another heap: webport gives no access to it
}
class HTMLScriptElement extends HTMLElement {
  get text() { return this.textContent; }
  set text(value) { this.textContent = value; }
  get async() { return this.hasAttribute("async"); }
  set async(value) { this.toggleAttribute("async", Boolean(value)); }
}
class HTMLTemplateElement extends HTMLElement {
  get content() { return templateContent(recordOf(this)).node; }
}
class HTMLCanvasElement extends HTMLElement {
  getContext() { throw new DOMException("getContext is not available: webport does not draw", "NotSupportedError"); }
  toDataURL() { throw new DOMException("toDataURL is not available: webport does not draw", "NotSupportedError"); }
}
class HTMLMediaElement extends HTMLElement {
  get paused() { return true; }
  pause() {}
  load() {}
  async play() { throw new DOMException("play is not available: webport plays nothing", "NotSupportedError"); }
}
class HTMLDialogElement extends HTMLElement {
  show() { this.open = true; }
  showModal() { this.open = true; }
  close(value) {
    if (!this.open) return;
    this.open = false;
    if (value !== undefined) this.returnValue = `${value}`;
    fire(recordOf(this), newEvent("Event", "close"));
  }
}
class HTMLUnknownElement extends HTMLElement {}

mixin(HTMLInputElement, formControl);
mixin(HTMLTextAreaElement, formControl);
mixin(HTMLButtonElement, formControl);
mixin(HTMLSelectElement, formControl);

const elementClasses = {
  a: HTMLAnchorElement, button: HTMLButtonElement, canvas: HTMLCanvasElement, dialog: HTMLDialogElement, form: HTMLFormElement, iframe: HTMLIFrameElement,
  input: HTMLInputElement, label: HTMLLabelElement, option: HTMLOptionElement, script: HTMLScriptElement, select: HTMLSelectElement,
  template: HTMLTemplateElement, textarea: HTMLTextAreaElement,
};
const plainElements = {
  HTMLHtmlElement: "html", HTMLHeadElement: "head", HTMLBodyElement: "body", HTMLTitleElement: "title", HTMLMetaElement: "meta", HTMLLinkElement: "link",
  HTMLStyleElement: "style", HTMLDivElement: "div", HTMLSpanElement: "span", HTMLParagraphElement: "p", HTMLHeadingElement: "h1 h2 h3 h4 h5 h6",
  HTMLUListElement: "ul", HTMLOListElement: "ol", HTMLLIElement: "li", HTMLImageElement: "img", HTMLBRElement: "br", HTMLHRElement: "hr",
  HTMLPreElement: "pre", HTMLTableElement: "table", HTMLTableRowElement: "tr", HTMLTableCellElement: "td th", HTMLTableSectionElement: "tbody thead tfoot",
  HTMLFieldSetElement: "fieldset", HTMLOptGroupElement: "optgroup", HTMLDetailsElement: "details", HTMLBaseElement: "base", HTMLSlotElement: "slot",
  HTMLQuoteElement: "blockquote q", HTMLAreaElement: "area", HTMLObjectElement: "object", HTMLEmbedElement: "embed", HTMLSourceElement: "source",
  HTMLAudioElement: "audio", HTMLVideoElement: "video",
};
const plainProperties = {
  HTMLImageElement: { text: ["alt", "srcset", "loading"], url: ["src"], number: ["width", "height"] },
  HTMLLinkElement: { text: ["rel", "type", "media", "as"], url: ["href"], flag: ["disabled"] },
  HTMLMetaElement: { text: ["name", "content", "httpEquiv", "media"] },
  HTMLStyleElement: { text: ["type", "media"] },
  HTMLDetailsElement: { flag: ["open"] },
  HTMLBaseElement: { url: ["href"], text: ["target"] },
};
const plainClasses = {}; // by tag: the name of the class
for (const [name, tags] of Object.entries(plainElements)) {
  for (const tag of tags.split(" ")) plainClasses[tag] = name;
  lazyGlobal(name, () => plainClass(name));
}

function plainClass(name) {
  const tags = plainElements[name].split(" ");
  if (elementClasses[tags[0]] === undefined) {
    const Parent = name === "HTMLAudioElement" || name === "HTMLVideoElement" ? complete(HTMLMediaElement) : HTMLElement;
    const Class = { [name]: class extends Parent {} }[name];
    host.tag(Class, name);
    reflect(Class, plainProperties[name] ?? {});
    for (const tag of tags) elementClasses[tag] = Class;
  }
  return elementClasses[tags[0]];
}

const knownElements = /^(abbr|acronym|address|article|aside|b|bdi|bdo|big|center|cite|code|dd|dfn|dt|dl|em|figcaption|figure|footer|header|hgroup|i|kbd|main|mark|nav|nobr|noscript|rp|rt|ruby|s|samp|search|section|small|strike|strong|sub|summary|sup|tt|u|var|wbr|caption|col|colgroup|datalist|legend|map|menu|meter|output|param|picture|progress|time|track)$/;

// Properties that show attributes are made when the class is first used: a page starts with few of them.
const reflected = new Map([
  [HTMLInputElement, { text: ["name", "placeholder", "defaultValue", "pattern", "min", "max", "step", "accept", "autocomplete"], flag: ["disabled", "required", "readOnly", "multiple", "defaultChecked"], url: ["src"], number: ["size", "maxLength"] }],
  [HTMLTextAreaElement, { text: ["name", "placeholder"], flag: ["disabled", "required", "readOnly"], number: ["rows", "cols"] }],
  [HTMLButtonElement, { text: ["name", "value"], flag: ["disabled"] }],
  [HTMLSelectElement, { text: ["name"], flag: ["disabled", "required", "multiple"] }],
  [HTMLOptionElement, { text: ["label"], flag: ["disabled", "defaultSelected"] }],
  [HTMLFormElement, { text: ["name", "target", "enctype", "acceptCharset"], flag: ["noValidate"] }],
  [HTMLLabelElement, { text: ["htmlFor"] }],
  [HTMLAnchorElement, { text: ["target", "rel", "download", "hreflang", "type", "name"], url: ["href"] }],
  [HTMLIFrameElement, { text: ["name", "srcdoc", "allow", "width", "height"], url: ["src"] }],
  [HTMLScriptElement, { text: ["type", "crossOrigin", "integrity"], url: ["src"], flag: ["defer", "noModule"] }],
  [HTMLDialogElement, { flag: ["open"] }],
  [HTMLMediaElement, { url: ["src"], flag: ["autoplay", "controls", "loop"] }],
]);

function complete(Class) {
  const properties = reflected.get(Class);
  if (properties !== undefined) {
    reflected.delete(Class);
    reflect(Class, properties);
  }
  return Class;
}

function htmlClass(local) {
  if (Object.hasOwn(elementClasses, local)) return complete(elementClasses[local]);
  if (Object.hasOwn(plainClasses, local)) return plainClass(plainClasses[local]);
  return (knownElements.test(local) || local.includes("-") ? HTMLElement : HTMLUnknownElement);
}
