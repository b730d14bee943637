// Holdtrue's consent banner: puts the parts together. Runs as early as the page lets it.
import { newConsentId, newDecisionId, readChoice, seconds, writeChoice } from "./choice.js";
import { guard, held, resume, send, whenHeld } from "./guard.js";
import { deliver, newest, post, undelivered } from "./outbox.js";
import { digest, rendering } from "./rendering.js";
import { consentMode, tell, told } from "./signals.js";
import { among, gpc, has, ids, meant, optional, script, state } from "./state.js";
import { comeBack, reload, sweep } from "./sweep.js";
import { observe, release, showAll } from "./tags.js";
import { attach, clearPlaceholders, onEscape, openDialogue, placeholder, prepare, settle, showBanner, texts } from "./view.js";

/** Show what has a place, whatever the choice: its author marked it, a script was about to load it, or both. @param {Element} frame */
const once = (frame) => {
  showAll(frame);
  resume(frame);
};

/** A marked element that is not released yet. @param {Element} element @param {Service} service */
const onWaiting = (element, service) => placeholder(element, service, once);

const placeHeld = () => held().forEach(({ element_, name_, service_ }) => name_ === "poster" || placeholder(element_, service_, once));

const releaseAll = () => {
  clearPlaceholders();
  release(onWaiting);
  placeHeld();
};

/** Let a choice have effect. @param {string[]} ids */
const apply = (ids) => {
  // The middleware names what this page's Content-Security-Policy lets through: it cannot be widened in place.
  const allowed = script.dataset.allowed?.split("~") || ids;
  // What has run once cannot be stopped by anything but a new page; one without cookies would not know what was granted.
  const isOver = [...state.granted_].some((id) => !ids.includes(id)) || (state.cookie_ && ids.some((id) => !allowed.includes(id)));
  state.granted_ = new Set(isOver ? ids : ids.filter((id) => allowed.includes(id)));
  sweep();
  tell();
  if (isOver) reload();
  else releaseAll();
};

/** @param {string[]} ids */
const keepAndApply = (ids) => {
  writeChoice(ids);
  apply(ids);
};

/** @param {Decision} decision */
const onRecorded = (decision) => {
  if (state.decided_ && newest()?.decision.id === decision.id) keepAndApply(decision.granted);
};

/** Take over what the cookie says: when the page begins, and what another page of the site has chosen since. */
const recall = () => {
  const ids = readChoice();
  const last = undelivered().at(-1);
  if (last && state.decided_) state.chosen_ = last.granted;
  return ids;
};

const catchUp = () => {
  const ids = recall();
  if (!ids) return;
  settle();
  apply(ids);
};

/** @param {string[]} granted @param {number} of how many services it could be @param {Method} method @returns {Event_} */
const eventOf = (granted, of, method) => {
  if (method === "gpc") return "signal";
  if (state.chosen_.some((id) => !granted.includes(id))) return "withdrawn";
  if (!granted.length) return "refused";
  return state.isStale_ ? "renewed" : granted.length === of ? "given" : "partial";
};

/** The visitor's decision: kept, given effect, and delivered. @param {string[]} wished @param {Method} method @param {0 | 1 | 2} layer */
const decide = async (wished, method, layer) => {
  const all = ids();
  const granted = among(wished);
  const event = eventOf(granted, all.length, method);
  state.consentId_ ||= newConsentId();
  state.decided_ = seconds();
  state.isStale_ = false;
  state.chosen_ = granted;
  settle();
  // Taking back works at once. A grant has effect when its record is safe, if there is a server to keep it.
  const effective = state.notice_.server ? granted.filter((id) => state.granted_.has(id)) : granted;
  const decision = {
    id: newDecisionId(), consent_id: state.consentId_, event, method, layer, granted, denied: all.filter((id) => !granted.includes(id)),
    notice: await digest(rendering(texts)), material: state.notice_.material, language: state.language_, claimed_at: `${new Date().toISOString().slice(0, 19)}Z`, gpc,
  };
  // Other pages of the site look when the stored decision changes: the cookie has changed by then.
  writeChoice(effective);
  post(decision);
  apply(effective);
  deliver(onRecorded);
};

/** @param {string | URL} name relative to this script */
const fetched = async (name) => (await send(new URL(name, script.src), { credentials: "omit" })).json();

/** The built-in texts, with the owner's over them: in the page's language, else one that the browser asks for. @param {Record<string, string>} builtIn */
const findTexts = async (builtIn) => {
  const { texts: owners = {}, languages } = state.notice_;
  const built = IS_WHOLE ? [LANGUAGE] : LANGUAGES.split(" ");
  const offered = (languages || [...built, ...Object.keys(owners)]).filter((one) => built.includes(one) || owners[one]);
  const wished = [document.documentElement.lang, ...navigator.languages].map((one) => one.replace(/-.*/, "").toLowerCase());
  const language = (state.language_ = wished.find((one) => offered.includes(one)) || offered[0] || built[0]);
  return { ...(IS_WHOLE ? builtIn : await fetched(`texts.${built.includes(language) ? language : "en"}.json`)), ...owners[language] };
};

/** @param {Notice} notice */
const begin = (notice) => {
  if (notice.format !== "holdtrue.notice/1") throw notice.format;
  state.notice_ = notice;
  consentMode("default");
  state.granted_ = new Set(recall());
  whenHeld(placeHeld);
  observe(onWaiting, () => {
    attach();
    placeHeld();
  });
};

/** Do what the browser's signal says, unless the visitor has decided on another page meanwhile. */
const heed = async () => {
  catchUp();
  if (!state.decided_) await decide([], "gpc", 0);
};

/** @param {Record<string, string>} builtIn */
const appear = async (builtIn) => {
  prepare(await findTexts(builtIn), decide);
  for (const name of ["pageshow", "visibilitychange", "storage"]) addEventListener(name, catchUp);
  window.cookieStore?.addEventListener("change", catchUp);
  releaseAll();
  comeBack();
  if (state.decided_) {
    sweep();
    settle();
    tell();
    deliver(onRecorded);
  } else if (optional()[0]) {
    const isSignal = gpc && !meant("preferences")[0];
    if (isSignal) {
      // Of several pages that open at once the first decides for all; where there are no locks, each looks whether another has.
      await navigator.locks?.request("holdtrue", heed).catch(() => {});
      await heed();
    }
    // The page's own first paint comes first.
    requestAnimationFrame(() => setTimeout(showBanner, 0, isSignal));
  }
};

/** What the page's own links, keys and scripts may ask for. */
const listen = () => {
  document.addEventListener("click", (event) => {
    const role = /** @type {any} */ (event.target).closest?.("[data-holdtrue]")?.dataset.holdtrue;
    const act = /** @type {Record<string, () => void>} */ ({ settings: openDialogue, withdraw: () => decide([], "dialogue", 0) })[role];
    if (!act) return;
    event.preventDefault();
    act();
  });
  addEventListener("keydown", onEscape);
  window.holdtrue = {
    has,
    /** @param {string} name "change" @param {(choice: object) => void} listener */
    on: (name, listener) => document.addEventListener(`holdtrue:${name}`, (event) => listener(/** @type {CustomEvent} */ (event).detail)),
    choice: told,
    open: openDialogue,
    /** @param {string[]} ids */
    set: (ids) => decide(ids, "api", 0),
  };
};

const from = script.dataset.notice || "#holdtrue-notice";
const inPage = () => from[0] === "#" && JSON.parse(document.querySelector(from)?.textContent || "null");

/** Everything that is not there before the page is. @param {Record<string, string>} builtIn the texts of this file's language, null in the file that fetches them */
export const start = async (builtIn) => {
  // The same script in the page a second time: one banner asks, and one guard stands. (A page may have an element of this name, without "set".)
  if (window.holdtrue?.set) return;
  listen();
  guard();
  const notice = inPage();
  // Before anything else of the page runs, when the notice stands in the page already.
  if (notice) begin(notice);
  else consentMode("default");
  if (document.readyState === "loading") await new Promise((done) => addEventListener("DOMContentLoaded", done));
  if (!notice) begin(inPage() || (await fetched(new URL(from, document.baseURI))));
  await appear(builtIn);
};
