// Taking back what services had stored, as far as a page can reach it. What only the server can reach (HttpOnly) it clears itself.
import { bakeCookie } from "./guard.js";
import { fits, heldItem, isAllowed, services } from "./state.js";

/** @type {any} */
const w = window;

/** Every beginning of a list, joined again. @param {string[]} parts @param {string} by */
const beginnings = (parts, by) => parts.map((_, at) => parts.slice(0, at + 1).join(by));

/** On the host and its parents, this page's folders, and partitioned as well. @param {string} name @param {Item} item */
const expire = (name, item) => {
  const host = location.hostname.split(".");
  const folders = beginnings(location.pathname.split("/"), "/");
  for (const domain of ["", item.domain, ...host.map((_, at) => host.slice(at).join("."))]) {
    for (const path of [item.path || "/", "/", ...folders, ...folders.map((one) => `${one}/`)]) {
      for (const more of ["", ";Secure;SameSite=None;Partitioned"]) bakeCookie(`${name}=;Max-Age=0;Path=${path}${domain ? `;Domain=${domain}` : ""}${more}`);
    }
  }
};

/** @param {(name: string) => unknown} isGone */
const stored = (isGone) => [localStorage, sessionStorage].forEach((store) => Object.keys(store).filter(isGone).forEach((key) => store.removeItem(key)));

/** @type {Record<Kind, (isGone: (name: string) => unknown, item: Item) => unknown>} */
const CLEAN = {
  cookie: (isGone, item) => [item.pattern, ...document.cookie.split("; ").map((pair) => pair.split("=")[0])].filter(isGone).forEach((name) => expire(name, item)),
  local: stored,
  session: stored,
  indexeddb: async (isGone) => (await indexedDB.databases()).forEach(({ name }) => name && isGone(name) && indexedDB.deleteDatabase(name)),
  cache: async (isGone) => (await caches.keys()).filter(isGone).forEach((name) => caches.delete(name)),
  "service-worker": async (isGone) =>
    (await navigator.serviceWorker.getRegistrations()).forEach((one) => isGone((one.active || one.waiting || one.installing)?.scriptURL || "") && one.unregister()),
};

/** Delete what services without consent have left, unless a service with consent keeps it under the same name. */
export const sweep = () => {
  for (const service of services()) {
    for (const item of (!isAllowed(service) && service.items) || []) {
      // Where a kind of storage is refused or unknown here, there is nothing to delete.
      (async () => CLEAN[item.kind]((name) => fits(name, item.pattern) && heldItem(item.kind, name), item))().catch(() => {});
    }
  }
};

const KEY = "holdtrue.return";
const fields = () => /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll("input,textarea,select")]);

/** Load the page again, so that nothing that ran keeps running; place and typed words come back, secrets do not. */
export const reload = () => {
  const typed = fields().map(({ type, autocomplete, value, checked }) => (/^(pas|hid|fil)/.test(type) || /^cc-/.test(autocomplete) ? 0 : [value, checked]));
  try {
    sessionStorage.setItem(KEY, JSON.stringify([location.href, scrollX, scrollY, typed]));
  } catch {
    // Storage is refused: the browser's own memory of a reload must do.
  }
  location.reload();
};

/** Bring back place and typed words after our own reload. */
export const comeBack = () => {
  try {
    const [href, x, y, typed] = JSON.parse(w.sessionStorage.getItem(KEY));
    sessionStorage.removeItem(KEY);
    if (href !== location.href) return;
    fields().forEach((field, at) => {
      if (!typed[at]) return;
      const [value, checked] = typed[at];
      if (field.value === value && field.checked === checked) return;
      field.value = value;
      field.checked = checked;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    scrollTo({ left: x, top: y, behavior: "instant" });
  } catch {
    // Nothing to come back to.
  }
};
