// What everything else asks: the notice in force, and which services may run on this page now.

export const script = /** @type {HTMLScriptElement} */ (document.currentScript || document.createElement("script"));

/** What the visitor was told, and has granted. Names that end in _ are shortened by the build. */
export const state = {
  notice_: /** @type {Notice} */ (/** @type {unknown} */ ({ services: [] })),
  /** What may run now. */
  granted_: /** @type {Set<string>} */ (new Set()),
  /** What the visitor chose: ahead of `granted_` while the server has not answered. */
  chosen_: /** @type {string[]} */ ([]),
  /** When the choice in force was made, in seconds; 0 without one. */
  decided_: 0,
  consentId_: "",
  /** There was a choice, but of another notice or too long ago. */
  isStale_: false,
  language_: LANGUAGE,
};

/** The browser says so itself, or the middleware that it said so with its request. */
export const gpc = !!(navigator.globalPrivacyControl || script.dataset.gpc);

export const services = () => state.notice_.services;
export const optional = () => services().filter((one) => one.category !== "necessary");

/** @param {Service} service */
export const isAllowed = (service) => service.category === "necessary" || state.granted_.has(service.id);

/** A service by its id, or a category that all of its services are allowed for; unknown words are never allowed. @param {string} name */
export const has = (name) => {
  const meant = services().filter((one) => one.id === name || one.category === name);
  return meant.length > 0 && meant.every(isAllowed);
};

/** The service to ask for, when something belongs to services of which none is allowed. @param {(service: Service) => unknown} belongs */
const unconsented = (belongs) => {
  const owners = services().filter(belongs);
  return owners.some(isAllowed) ? undefined : owners[0];
};

/** @param {unknown} name @param {string} pattern with `*` for anything */
export const fits = (name, pattern) => new RegExp(`^${pattern.replace(/[^\w*]/g, "\\$&").replace(/\*/g, ".*")}$`).test(String(name));

/** The service that holds an address back now. The site's own host is never held. @param {unknown} address */
export const heldAt = (address) => {
  try {
    const { hostname } = new URL(String(address), document.baseURI);
    return hostname === location.hostname ? undefined : unconsented((one) => one.hosts?.some((host) => fits(hostname, host.replace(/[:/].*/, ""))));
  } catch {
    return undefined;
  }
};

/** Both storages are one: a policy says that something is stored, and not always where. @param {Kind} kind */
const sort = (kind) => kind.replace("session", "local");

/** The service that holds a stored item back now. @param {Kind} kind @param {unknown} name */
export const heldItem = (kind, name) => unconsented((one) => one.items?.some((item) => sort(item.kind) === sort(kind) && fits(name, item.pattern)));
