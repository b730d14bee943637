// What was shown, as one canonical document, so that its hash can stand in the record.
import { hex } from "./choice.js";
import { state } from "./state.js";

/** The banner as rendered, in JSON with sorted keys and no spaces: build, texts, layout, language and everything named in it. @param {Record<string, string>} texts */
export const rendering = (texts) => {
  const { controller, services, style } = state.notice_;
  return JSON.stringify(
    { format: "holdtrue.rendering/1", build: BUILD, controller, language: state.language_, layout: style || {}, services, texts },
    (_, one) => (one?.constructor === Object ? Object.fromEntries(Object.entries(one).sort()) : one),
  );
};

/** SHA-256 in hexadecimal; empty where the page is not secure (plain http) and the browser offers no hash. @param {string} text */
export const digest = async (text) => (crypto.subtle ? hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))) : "");
