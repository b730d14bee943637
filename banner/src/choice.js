// The visitor's choice as one first-party cookie, written only after a choice.
import { bakeCookie } from "./guard.js";
import { among, script, state } from "./state.js";

/** Seconds that a choice is kept: six months, at most a year and then only for a written reason. */
const keep = () => Math.min(state.notice_.keep_days || 180, state.notice_.keep_reason ? 365 : 180) * 86400;

const material = () => state.notice_.material.slice(0, 8);

export const seconds = () => Math.floor(Date.now() / 1000);
export const keptUntil = () => new Date((state.decided_ + keep()) * 1000);

const cookie = () => {
  try {
    return /(?<=^|; )holdtrue=1\.([\w-]{22})\.(\w+)\.(\w+)\.([\w~-]+)/.exec(document.cookie) || [""];
  } catch {
    // A sandboxed page has none.
    return [""];
  }
};

/** Take the choice from the cookie if it is another than before, and return what it lets run: nothing when it answers another question or is too old. */
export const readChoice = () => {
  const [text, id, at, of, ids] = cookie();
  if (text === state.cookie_) return undefined;
  state.cookie_ = text;
  state.consentId_ = id;
  const decided = parseInt(at, 36);
  const isGood = of === material() && seconds() - decided <= keep();
  state.isStale_ = !!id && !isGood;
  state.decided_ = isGood ? decided : 0;
  return (state.chosen_ = isGood ? among(ids.split("~")) : []);
};

/** Write what has effect, not what waits for the server: other software on this site reads it too. @param {string[]} ids */
export const writeChoice = (ids) => {
  const { domain } = script.dataset;
  bakeCookie(`holdtrue=1.${state.consentId_}.${state.decided_.toString(36)}.${material()}.${ids.join("~") || "-"}; Path=/; SameSite=Lax; Max-Age=${keep()}${domain ? `; Domain=${domain}` : ""}${location.protocol === "https:" ? "; Secure" : ""}`);
  [state.cookie_] = cookie();
};

const random = () => crypto.getRandomValues(new Uint8Array(16));

export const newConsentId = () => btoa(String.fromCharCode(...random())).slice(0, 22).replace(/\W/g, "-");

/** A time-ordered identifier (UUID version 7, RFC 9562). */
export const newDecisionId = () =>
  (`0${Date.now().toString(16)}` + hex(random())).replace(/(.{8})(.{4})(.{3})(.{3})(.{12}).*/, "$1-$2-7$3-8$4-$5");

/** @param {Uint8Array} bytes */
export const hex = (bytes) => [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
