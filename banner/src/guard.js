// The second layer of the block: what scripts of the page try to load, send or store for services without consent.
// Best effort by nature: a parser's preload, import(), CSS and unnamed hosts pass. The policy header is what holds.
import { heldAt, isAllowed, isHeldItem, services } from "./state.js";

/** @type {any} */
const w = window;
/** @type {Held[]} */
let queue = [];
/** What is held back now. */
export const held = () => queue;
/** @type {() => void} */
let onHeld = () => {};
/** @param {() => void} then */
export const whenHeld = (then) => void (onHeld = then);

/** @type {Policy | undefined} */
let policy;

// Kept from before anybody else could change them.
export const send = fetch.bind(w);
const set = Element.prototype.setAttribute;
const setCookie = Object.getOwnPropertyDescriptor(Document.prototype, "cookie")?.set;
/** Writes past the guard, for the banner itself. @param {string} text */
export const bakeCookie = (text) => {
  try {
    setCookie?.call(document, text);
  } catch {
    // A sandboxed page keeps nothing.
  }
};

const LOADERS = "script,iframe,img,link,source,video,audio,embed,object,input";
const TAGS = LOADERS.split(",");
export const NAMES = "src,srcset,href,data,poster".split(",");
export const OURS = "data-holdtrue-";
const TAG = new RegExp(`<(?:${TAGS.join("|")})\\b[^>]*>`, "gi");
const ADDRESS = new RegExp(`\\s(${NAMES.join("|")})\\s*=\\s*("[^"]*"|'[^']*'|[^\\s>]+)`, "gi");

/** The first service that holds one of the addresses in an attribute's value. @param {unknown} value */
const heldIn = (value) => String(value).split(/[\s,"']+/).map((part) => part && heldAt(part)).find(Boolean);

/** @param {Element} element @param {string} name @param {unknown} value @param {() => void} resume */
const hold = (element, name, value, resume) => {
  queue = queue.filter((one) => one.element_ !== element || one.name_ !== name);
  const service = heldIn(value);
  if (!service) return;
  queue.push({ element_: element, name_: name, service_: service, value_: value, resume_: resume });
  queueMicrotask(onHeld);
  return service;
};

/** Set an address as the parser would have, also where Trusted Types are demanded. @param {Element} element @param {string} name @param {string} value */
export const setAddress = (element, name, value) => {
  set.call(element, name, policy ? policy.createScriptURL(value) : value);
  // A film looks at its sources once.
  if (element.localName === "source") /** @type {HTMLMediaElement} */ (element.parentNode)?.load?.();
};

/** Let go of everything that has become allowed, or of one element and what is in it, in the order in which it came. @param {Element} [only] */
export const resume = (only) => {
  const waiting = queue;
  queue = [];
  for (const held of waiting) {
    if (only ? only.contains(held.element_) : !heldIn(held.value_)) held.resume_();
    else queue.push(held);
  }
};

/** Take held addresses away from elements that came as a whole: parsed, cloned, from a template. @param {any} node */
export const disarm = (node) => {
  if (!node?.querySelectorAll || services().every(isAllowed)) return;
  for (const element of [node, ...node.querySelectorAll(LOADERS)]) {
    if (!element.matches?.(LOADERS)) continue;
    for (const name of NAMES) {
      for (const at of [name, OURS + name]) {
        const value = element.getAttribute(at);
        if (value && hold(element, name, value, () => setAddress(element, name, value))) element.removeAttribute(at);
      }
    }
  }
};

/** Make held addresses in HTML harmless before the browser sees it: a picture loads as soon as it is parsed. @param {unknown} html */
const neuter = (html) => {
  const before = String(html);
  const after = before.replace(TAG, (tag) => tag.replace(ADDRESS, (all, name, value) => (heldIn(value) ? ` ${OURS}${name}=${value}` : all)));
  return after === before ? html : policy ? policy.createHTML(after) : after;
};

/**
 * Replace a method by one that may answer in its place: `instead` gives undefined to let the call through.
 * @param {any} made a class, or what has the method itself @param {string} name @param {(self: any, args: any[]) => unknown} instead
 */
const watch = (made, name, instead) => {
  const owner = made?.prototype || made;
  const original = owner?.[name];
  if (!original) return;
  owner[name] = {
    /** @this {any} @param {any[]} args */
    [name](...args) {
      const answer = /** @type {any} */ (instead(this, args));
      return answer ? answer() : original.apply(this, args);
    },
  }[name];
};

/** @param {any} owner what has the property, itself or by descent @param {string} name @param {(self: any, value: any, write: (value: any) => void) => void} write */
const watchSetter = (owner, name, write) => {
  let property;
  while (owner && !(property = Object.getOwnPropertyDescriptor(owner, name))) owner = Object.getPrototypeOf(owner);
  if (!property?.set) return;
  Object.defineProperty(owner, name, {
    ...property,
    /** @this {any} @param {any} value */
    set(value) {
      write(this, value, (changed) => property.set.call(this, changed));
    },
  });
};

const refuse = () => {
  throw TypeError("Awaits consent");
};
const reject = async () => refuse();
const nothing = () => {};

const guardLoading = () => {
  const page = Element.prototype;
  for (const name of NAMES) {
    for (const tag of TAGS) {
      watchSetter(document.createElement(tag), name, (self, value, write) => hold(self, name, value, () => write(value)) || write(value));
    }
  }
  watch(page, "setAttribute", (self, [name, value]) =>
    NAMES.includes(name) && self.matches(LOADERS) && hold(self, name, value, () => set.call(self, name, value)) && nothing,
  );
  for (const owner of [page, DocumentFragment.prototype, Node.prototype]) {
    for (const name of Object.getOwnPropertyNames(owner)) {
      if (/^(append|prepend|before$|after$|insert|replace)/.test(name)) watch(owner, name, (_, args) => args.forEach(disarm));
    }
  }
  for (const name of ["innerHTML", "outerHTML"]) watchSetter(page, name, (_, value, write) => write(neuter(value)));
  for (const [owner, name] of /** @type {[object, string][]} */ ([[page, "insertAdjacentHTML"], [Range, "createContextualFragment"], [Document, "write"]])) {
    watch(owner, name, (_, args) => void args.push(neuter(args.pop())));
  }
};

const guardSending = () => {
  watch(w, "fetch", (_, [to]) => heldAt(to?.url || to) && reject);
  watch(Navigator, "sendBeacon", (_, [to]) => heldAt(to) && (() => false));
  watch(XMLHttpRequest, "open", (self, [, to]) => void (self.holdtrue = heldAt(to)));
  watch(XMLHttpRequest, "send", (self) => self.holdtrue && (() => setTimeout(() => self.dispatchEvent(new ProgressEvent("error")))));
  for (const name of ["WebSocket", "EventSource", "Worker"]) {
    if (w[name]) w[name] = new Proxy(w[name], { construct: (made, args, by) => (heldAt(args[0]) ? refuse() : Reflect.construct(made, args, by)) });
  }
};

const guardStoring = () => {
  watchSetter(Document.prototype, "cookie", (_, value, write) => isHeldItem("cookie", value.split("=")[0].trim()) || write(value));
  watch(w.CookieStore, "set", (_, [one]) => isHeldItem("cookie", one.name || one) && reject);
  watch(Storage, "setItem", (_, [key]) => isHeldItem("local", key) && nothing);
  watch(w.IDBFactory, "open", (_, [name]) => isHeldItem("indexeddb", name) && refuse);
  watch(w.CacheStorage, "open", (_, [name]) => isHeldItem("cache", name) && reject);
  watch(w.ServiceWorkerContainer, "register", (_, [url]) => (heldAt(url) || isHeldItem("service-worker", url)) && reject);
};

/** Stand between the page's scripts and the world from now on. */
export const guard = () => {
  try {
    policy = w.trustedTypes?.createPolicy("holdtrue", { createScriptURL: String, createHTML: String });
  } catch {
    // The site's policy does not name ours: what needs no such value still works.
  }
  guardLoading();
  guardSending();
  guardStoring();
};
