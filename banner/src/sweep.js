// Taking back what services had stored, as far as a page can reach it. What only the server can reach (HttpOnly) it clears itself.
import { bakeCookie } from "./guard.js";
import { more } from "./outbox.js";
import { fits, isAllowed, isHeldItem, script, services, state } from "./state.js";

/** A text, and what is left of it after each cut. @param {string} text @param {RegExp} cut @returns {string[]} */
const steps = (text, cut) => (text ? [text, ...steps(text.replace(cut, ""), cut)] : []);

/** On the host and its parents, this page's folders, and partitioned as well. @param {string} name @param {Item} item */
const expire = (name, item) => {
  for (const domain of ["", ...steps(location.hostname, /^[^.]+\.?/)]) {
    for (const path of [item.path, ...steps(location.pathname, /[^/]+$|\/$/)]) {
      for (const also of ["", ";Secure;SameSite=None;Partitioned"]) bakeCookie(`${name}=;Max-Age=0;Path=${path}${domain && `;Domain=${domain}`}${also}`);
    }
  }
};

/** @param {(name: string) => unknown} isGone */
const stored = (isGone) => [localStorage, sessionStorage].forEach((store) => Object.keys(store).filter(isGone).forEach((key) => store.removeItem(key)));

/** @type {Partial<Record<Kind, (isGone: (name: string) => unknown, item: Item) => unknown>>} */
const CLEAN = {
  // The page does not see those of other folders: what the policy names is tried unseen.
  cookie: (isGone, item) => [item.pattern, ...document.cookie.split("; ").map((pair) => pair.split("=")[0])].filter(isGone).forEach((name) => expire(name, item)),
  local: stored,
  session: stored,
};

/** Delete what services without consent have left, unless a service with consent keeps it under the same name. */
export const sweep = () => {
  for (const service of [...services(), /** @type {Service} */ ({ items: state.notice_.never })]) {
    for (const item of (!isAllowed(service) && service.items) || []) {
      // Where a kind of storage is refused or unknown here, there is nothing to delete.
      (async () => /** @type {NonNullable<typeof CLEAN.local>} */ (CLEAN[item.kind] || (await more()).clean[item.kind])((/** @type {string} */ name) => fits(name, item.pattern) && isHeldItem(item.kind, name), item))().catch(() => {});
    }
  }
};

const KEY = "holdtrue.return";
const fields = () => /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll("input,textarea,select")]);

/** Load the page again, so that nothing that ran keeps running; place and typed words come back, secrets do not. */
export const reload = async () => {
  const typed = fields().map(({ type, autocomplete, value, checked }) => !/\b(pas|hid|fil|cc-)/.test(`${type} ${autocomplete}`) && [value, checked]);
  try {
    sessionStorage.setItem(KEY, JSON.stringify([location.href, scrollX, scrollY, typed]));
  } catch {
    // Storage is refused: the browser's own memory of a reload must do.
  }
  try {
    // Pages that the site's own service worker has kept came under the policy of another choice.
    if ("allowed" in script.dataset && navigator.serviceWorker?.controller) await (await more()).forgetPages();
  } finally {
    location.reload();
  }
};

/** Bring back place and typed words after our own reload. */
export const comeBack = () => {
  try {
    const [href, x, y, typed] = JSON.parse(sessionStorage.getItem(KEY) || "");
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
