// What the visitor sees: banner, dialogue, settings tab and placeholders, each in a shadow root with its own style sheet.
import css from "./style.css";
import { keptUntil } from "./choice.js";
import { address, more, newest } from "./outbox.js";
import { CATEGORIES, gpc, ids, services, state } from "./state.js";

/** @typedef {(ids: string[], method: Method, layer: 0 | 1 | 2) => void} Decide */

/** @type {Record<string, string>} */
export let texts;
/** @type {Decide} */
let decide;
/** @type {CSSStyleSheet} */
let sheet;

const host = document.createElement("holdtrue-consent");
const root = host.attachShadow({ mode: "open" });
/** @type {HTMLElement | undefined} */
let banner;
/** @type {HTMLDialogElement | undefined} */
let dialogue;
/** @type {HTMLElement | undefined} */
let tab;
const SETTINGS = /** @type {"button"} */ ("[data-holdtrue=settings]");

/** @type {Map<HTMLElement, () => void>} */
const places = new Map();

/**
 * @param {string} name @param {any[]} parts attributes, of which functions become handlers, and children; what is false is left out
 * @returns {any}
 */
const h = (name, ...parts) => {
  /** @type {any} */
  const element = document.createElement(name);
  for (const part of parts.flat()) {
    if (part?.constructor === Object) {
      for (const key in part) {
        const value = part[key];
        if (value?.call) element[key] = value;
        else if (value) element.setAttribute(key, value);
      }
    } else if (part) element.append(part);
  }
  return element;
};

/** @param {string} name @param {Record<string, string>} [values] */
const t = (name, values) => texts[name]?.replace(/\{(\w+)\}/g, (_, key) => values?.[key] || "");

/** A part of its own on the screen, in the language of its texts. @param {string} name @param {any[]} parts */
const part = (name, ...parts) => h(name, { lang: state.language_, dir: "auto" }, ...parts);

/** @param {Category} category */
const of = (category) => services().filter((one) => one.category === category);
/** @param {Category[]} all */
const present = (all) => all.filter((one) => of(one)[0]);

/** @param {string} role @param {unknown} label @param {() => void} onclick */
const button = (role, label, onclick, kind = "b", name = "") => h("button", { type: "button", class: kind, "data-holdtrue": role, "aria-label": name, onclick }, label);

/** @param {() => void} onclick @param {string} name */
const cross = (onclick, name) => button("close", "✕", onclick, "x", name);

const policyLink = () => h("a", { href: state.notice_.controller.policy_url }, t("policy"));
const gpcNote = () => gpc && h("p", { class: "note" }, t("gpc"));

/** Make the page's part of the screen ready; nothing shows yet. @param {Record<string, string>} all @param {Decide} then */
export const prepare = (all, then) => {
  texts = all;
  decide = then;
  sheet = new CSSStyleSheet();
  const [, ...parts] = /^#(..)(..)(..)$/.exec(state.notice_.style?.accent || "") || [];
  // Black or white on it, whichever differs more (WCAG's relative luminance): at least 4.5 to 1 on any colour.
  const [red, green, blue] = parts.map((one) => parseInt(one, 16) ** 2.2);
  sheet.replaceSync(css + (parts[0] ? `:host{--a:#${parts.join("")};--o:#${0.2126 * red + 0.7152 * green + 0.0722 * blue > 35400 ? "000" : "fff"}}` : ""));
  root.adoptedStyleSheets = [sheet];
  attach();
};

/** Stand before the body: first for the keyboard, and in nobody's layout. Keeps up with a page that replaces itself or parts of it. */
export const attach = () => {
  if (sheet && !host.isConnected) document.documentElement.insertBefore(host, document.body);
  if (tab) tab.hidden = !!document.querySelector(SETTINGS);
  places.forEach((free, frame) => frame.isConnected || free());
};

/** A button whose words stand in the page itself, so that visitors' own helpers can read and press it. @param {string} role @param {() => void} onclick */
const readable = (role, onclick, kind = "b") => {
  host.append(h("span", { slot: role, class: "holdtrue-button" }, t(role)));
  return button(role, h("slot", { name: role }, t(role)), onclick, kind);
};

const focusTab = () => (tab?.hidden === false ? tab : document).querySelector(SETTINGS)?.focus({ preventScroll: true });

/** No banner any more, and the settings tab as the choice now stands: the way back to it on every page that has none of its own. */
export const settle = () => {
  const hadFocus = banner?.contains(root.activeElement);
  banner?.remove();
  tab?.remove();
  host.replaceChildren();
  banner = tab = undefined;
  if (state.notice_.style?.tab !== false) {
    tab = part(
      "nav",
      { class: "tab", "aria-label": t("tab") },
      button("settings", t("tab"), openDialogue, "q"),
      state.chosen_[0] && button("withdraw", t("withdraw"), () => decide([], "dialogue", 0), "q"),
    );
    root.append(/** @type {HTMLElement} */ (tab));
    attach();
  }
  if (hadFocus && !dialogue) focusTab();
};

/** The first layer. @param {boolean} isSignal only acknowledge that the browser's signal has decided */
export const showBanner = (isSignal) => {
  const refuse = () => decide([], "banner", 1);
  tab?.remove();
  banner = part(
    "section",
    { class: `card ${state.notice_.style?.position}`, "aria-label": t("tab") },
    isSignal
      ? gpcNote()
      : h(
          "div",
          h("h2", t("title")),
          h("p", t("intro", { name: state.notice_.controller.name })),
          h("ul", present(CATEGORIES).map((one) => h("li", h("b", t(one)), ` – ${t(`${one}_text`)} `, h("small", `(${[...new Set(of(one).map((service) => service.provider || service.name))].join(", ")})`)))),
          h("p", t("outro"), " ", policyLink()),
          gpcNote(),
        ),
    h("div", { class: "actions" }, (!isSignal && [readable("accept", () => decide(ids(), "banner", 1)), readable("refuse", refuse)]), readable("settings", openDialogue, "q")),
    cross(isSignal ? settle : refuse, isSignal ? t("close") : `${t("close")}: ${t("refuse")}`),
  );
  root.prepend(/** @type {HTMLElement} */ (banner));
};

/** Esc away from everything else closes the banner, and closing is refusing. @param {KeyboardEvent} event */
export const onEscape = ({ key, defaultPrevented }) => {
  const active = document.activeElement;
  if (key === "Escape" && !defaultPrevented && !dialogue && [host, document.body].includes(/** @type {any} */ (active))) /** @type {any} */ (banner?.querySelector(".x"))?.click();
};

/** How long something stays; a policy's hundred years, and what no session ends, is until the visitor deletes it. @param {Item} item */
const span = ({ retention_days: days, kind }) => {
  if (days == null ? !/cookie|session/.test(kind) : days > 9999) return t("kept");
  if (days == null) return t("session");
  const [unit, size] = days < 1 ? ["hour", 1 / 24] : days % 365 ? ["day", 1] : ["year", 365];
  return (days / size).toLocaleString(state.language_, { style: "unit", unit, unitDisplay: "long" });
};

/** @param {Service} service @param {HTMLInputElement | false} box */
const serviceRow = ({ name, provider, purpose, hosts, items }, box) =>
  h(
    "div",
    { class: "service" },
    h("label", box, h("b", name)),
    h("p", purpose?.[state.language_] || purpose?.en),
    h("p", `${t("recipients")}: ${provider || name} ${hosts?.[0] ? `(${hosts.join(", ")})` : ""}`),
    items?.[0] && h("p", `${t("stored")}:`),
    h("ul", (items || []).map((item) => h("li", h("code", item.pattern), ` · ${item.kind.replace(/^(local|session)$/, "$1Storage")} · ${span(item)}`))),
  );

/** @param {Category} category @param {HTMLInputElement[]} boxes */
const categoryPart = (category, boxes) => {
  const isFixed = !CATEGORIES.includes(category);
  const within = of(category);
  const mine = within.map(({ id }) => h("input", { type: "checkbox", value: id, checked: state.chosen_.includes(id), onchange: () => agree() }));
  const all = h("input", { type: "checkbox", onchange: () => mine.forEach((box) => (box.checked = all.checked)) });
  const agree = () => {
    all.checked = mine.every((box) => box.checked);
    all.indeterminate = !all.checked && mine.some((box) => box.checked);
  };
  agree();
  if (!isFixed) boxes.push(...mine);
  return h(
    "section",
    h(isFixed ? "div" : "label", { class: "row" }, h("b", t(category)), isFixed ? h("small", t("always")) : all),
    h("p", t(`${category}_text`)),
    h("details", h("summary", `${t("details")} (${within.length})`), within.map((one, at) => serviceRow(one, !isFixed && mine[at]))),
  );
};

const keptNote = () => {
  const kept = newest();
  const date = (/** @type {Date} */ one) => one.toLocaleDateString(state.language_, { dateStyle: "long" });
  const note = h("small", { role: "status" }, kept && !kept.answer && t("pending"));
  const getReceipt = () =>
    more()
      .then(({ download }) => download({ kept, notice: state.notice_, texts, until: keptUntil().toISOString(), address: address() }))
      .catch(() => (note.textContent = t("failed")));
  return state.decided_ > 0 && h(
    "p",
    t("decided", { date: date(new Date(state.decided_ * 1000)), until: date(keptUntil()) }),
    kept && button("receipt", t("receipt"), getReceipt, "q"),
    note,
  );
};

/** The second layer: categories, the services in them, and what each stores. */
export const openDialogue = () => {
  if (dialogue || !sheet) return;
  const opener = /** @type {HTMLElement | null} */ (root.activeElement || document.activeElement);
  /** @type {HTMLInputElement[]} */
  const boxes = [];
  /** @param {string[]} chosen */
  const close = (chosen) => {
    shown.close();
    decide(chosen, "dialogue", 2);
  };
  // Closing without a choice is refusing; closing settings that were chosen before changes nothing.
  const leave = () => (state.decided_ ? shown.close() : close([]));
  const { name, contact } = state.notice_.controller;
  const shown = /** @type {HTMLDialogElement} */ (
    part(
      "dialog",
      {
        "aria-label": t("tab"),
        oncancel: (/** @type {Event} */ event) => {
          event.preventDefault();
          leave();
        },
        onclose: () => {
          dialogue = undefined;
          shown.remove();
          if (opener?.isConnected) opener.focus({ preventScroll: true });
          else focusTab();
        },
      },
      h("header", h("h2", t("tab")), cross(leave, t("close"))),
      h(
        "div",
        { class: "words" },
        h("p", t("about")),
        gpcNote(),
        present(["necessary", ...CATEGORIES]).map((one) => categoryPart(one, boxes)),
        h("p", name, " ", contact && h("a", { href: contact.includes("@") ? `mailto:${contact}` : contact }, contact), " · ", policyLink()),
        keptNote(),
      ),
      h(
        "div",
        { class: "actions" },
        button("accept", t("accept"), () => close(ids())),
        button("refuse", t("refuse"), () => close([])),
        button("save", t("save"), () => close(boxes.filter((box) => box.checked).map((box) => box.value))),
      ),
    )
  );
  dialogue = shown;
  root.append(shown);
  shown.showModal();
};

/** A place that says what would be here and who would learn of it. @param {any} element @param {Service} service @param {(frame: Element) => void} once */
export const placeholder = (element, service, once) => {
  const frame = element.closest("iframe,embed,object,video,audio");
  if (!frame?.isConnected || !sheet || places.has(frame)) return;
  const { style, offsetWidth, offsetHeight } = frame;
  const { display, position, inset, margin } = getComputedStyle(frame);
  // What was not meant to be seen needs no place.
  if (display === "none" || (frame.getClientRects()[0] && offsetWidth < 64)) return;
  const before = style.display;
  const place = h("holdtrue-embed");
  const name = service.provider || service.name;
  const free = () => {
    places.delete(frame);
    style.display = before;
    place.remove();
  };
  const inner = place.attachShadow({ mode: "open" });
  inner.adoptedStyleSheets = [sheet];
  const box = part(
    "div",
    { class: "embed", role: "group", "aria-label": service.name },
    h("p", t("embed", { name })),
    h("div", { class: "actions" },
      button("once", t("once"), () => { free(); once(frame); frame.focus(); }),
      button("always", t("allow"), () => decide([...state.chosen_, service.id], "placeholder", 0))),
  );
  inner.append(box);
  Object.assign(place.style, { position, inset, margin });
  Object.assign(box.style, { width: `${offsetWidth || 300}px`, minHeight: `${offsetHeight}px` });
  frame.before(place);
  // Stronger than what the page's style sheets say of all frames.
  style.setProperty("display", "none", "important");
  places.set(frame, free);
};

/** Show again what was in their places: what still waits gets a new one. */
export const clearPlaceholders = () => places.forEach((free) => free());
