// What everything else asks: the notice in force, and which services may run on this page now.

export const script = /** @type {HTMLScriptElement} */ (document.currentScript || document.createElement("script"));

/** What the visitor was told, and has granted. Names that end in _ are shortened by the build. */
export const state = /** @type {State} */ (/** @type {unknown} */ ({
  notice_: { services: [] },
  granted_: new Set(),
  chosen_: [],
  language_: LANGUAGE,
}));

/** The browser says so itself, or the middleware that it said so with its request. */
export const gpc = !!(navigator.globalPrivacyControl || script.dataset.gpc);

export const services = () => state.notice_.services;
/** What consent is asked for. A service of any other category than these is shown nowhere: it is never asked for, and never runs. */
export const CATEGORIES = /** @type {Category[]} */ (["preferences", "analytics", "marketing"]);
export const optional = () => services().filter((one) => CATEGORIES.includes(one.category));

export const ids = () => optional().map((one) => one.id);

/** Those of the services asked for that are named, in the notice's order. @param {string[]} named */
export const among = (named) => ids().filter((id) => named.includes(id));

/** @param {Service} service */
export const isAllowed = (service) => service.category === "necessary" || state.granted_.has(service.id);

/** The services that a word means: one by its id, or those of a category. @param {string} name */
export const meant = (name) => services().filter((one) => one.id === name || one.category === name);

/** Whether all that a word means may run; unknown words are never allowed. @param {string} name */
export const has = (name) => !!meant(name)[0] && meant(name).every(isAllowed);

/** The service to ask for, when something belongs to services of which none is allowed. @param {(service: Service) => unknown} belongs */
const unconsented = (belongs) => {
  const owners = services().filter(belongs);
  return !owners.some(isAllowed) && owners[0];
};

/** @param {unknown} name @param {string} pattern with `*` for anything */
export const fits = (name, pattern) => new RegExp(`^${pattern.replace(/[^\w*]/g, "\\$&").replace(/\*/g, ".*")}$`).test(String(name));

/** The service that holds an address back now. The site's own host is never held. @param {unknown} address @returns {Service | false | undefined} */
export const heldAt = (address) => {
  try {
    const { hostname } = new URL(String(address), document.baseURI);
    return hostname !== location.hostname && unconsented((one) => one.hosts?.some((host) => fits(hostname, host.replace(/[:/].*/, ""))));
  } catch {
    return false;
  }
};

/** Both storages are one: a policy says that something is stored, and not always where. @param {Kind} kind */
const sort = (kind) => kind.replace("session", "local");

/** Whether a stored item is held back now: for want of consent, or because it may never be set. @param {Kind} kind @param {unknown} name */
export const isHeldItem = (kind, name) => {
  /** @param {{ items?: Item[] }} list */
  const names = ({ items }) => items?.some((item) => sort(item.kind) === sort(kind) && fits(name, item.pattern));
  return names({ items: state.notice_.never }) || unconsented(names);
};
