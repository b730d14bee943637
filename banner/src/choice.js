// The visitor's choice as one first-party cookie, written only after a choice.
import { optional, script, state } from "./state.js";

/** Seconds that a choice is kept: six months, at most a year and then only for a written reason. */
const keep = () => Math.min(state.notice_.keep_days || 180, state.notice_.keep_reason ? 365 : 180) * 86400;

const material = () => state.notice_.material.slice(0, 8);

export const seconds = () => Math.floor(Date.now() / 1000);
export const keptUntil = () => new Date((state.decided_ + keep()) * 1000);

/** Take the choice from the cookie, unless it answers another question or is too old. */
export const readChoice = () => {
  const [, id, at, of, ids] = /(?:^|; )holdtrue=1\.([\w-]{22})\.(\w{1,9})\.(\w{8})\.([\w~-]+)/.exec(document.cookie) || [];
  if (!id) return;
  const decided = parseInt(at, 36);
  const age = seconds() - decided;
  state.consentId_ = id;
  state.isStale_ = of !== material() || age > keep();
  if (state.isStale_) return;
  state.decided_ = decided;
  const known = optional().map((one) => one.id);
  state.chosen_ = ids.split("~").filter((one) => known.includes(one));
  state.granted_ = new Set(state.chosen_);
};

/** Write what has effect, not what waits for the server: other software on this site reads it too. */
export const writeChoice = () => {
  const { domain } = script.dataset;
  document.cookie = `holdtrue=1.${state.consentId_}.${state.decided_.toString(36)}.${material()}.${[...state.granted_].join("~") || "-"}; Path=/; SameSite=Lax; Max-Age=${keep()}${domain ? `; Domain=${domain}` : ""}${location.protocol === "https:" ? "; Secure" : ""}`;
};

const random = () => crypto.getRandomValues(new Uint8Array(16));

export const newConsentId = () => btoa(String.fromCharCode(...random())).slice(0, 22).replace(/\+/g, "-").replace(/\//g, "_");

/** A time-ordered identifier (UUID version 7, RFC 9562). */
export const newDecisionId = () =>
  (Date.now().toString(16).padStart(12, "0") + hex(random())).replace(/(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/, "$1-$2-7$3-8$4-$5");

/** @param {Uint8Array} bytes */
export const hex = (bytes) => [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
