// The first layer of the block: tags that the page's author marked, released in their order.
import { disarm, NAMES, OURS, resume, setAddress } from "./guard.js";
import { isAllowed, meant } from "./state.js";

const MARK = "data-consent";
const MARKED = `[${MARK}]`;

let line = Promise.resolve();

/** An attribute that its author or the middleware set aside. @param {Element} element @param {string} name */
const aside = (element, name) => element.getAttribute(`data-${name}`) || element.getAttribute(OURS + name);

/** @param {HTMLScriptElement} element */
const run = (element) =>
  new Promise((done) => {
    const src = aside(element, "src");
    const { parentNode, nextSibling } = element;
    const hasRun = !src && element.type !== "text/plain";
    // The same element, not a copy: it keeps its nonce, and its text was trusted when the page was parsed.
    element.remove();
    element.type = aside(element, "type") || "";
    element.async = element.hasAttribute("async");
    if (src) setAddress(element, "src", src);
    element.onload = element.onerror = done;
    parentNode?.insertBefore(element, nextSibling);
    // What the parser has run already never says again that it loaded.
    if (!element.src || element.async || hasRun) done(0);
  });

/** Show or run one marked element, whatever the choice. @param {Element} element */
const show = (element) => {
  element.removeAttribute(MARK);
  if (element instanceof HTMLScriptElement) {
    // A script that fails must not keep the next ones waiting.
    line = line.then(() => run(element)).catch(() => {});
    return;
  }
  for (const name of [...NAMES, "style"]) {
    const value = aside(element, name);
    if (value) setAddress(element, name, value);
  }
};

/** A marked element or what is marked within. @param {Element} frame */
export const showAll = (frame) => [frame, ...frame.querySelectorAll(MARKED)].forEach((one) => one.matches(MARKED) && show(one));

/** Release all marked elements that have become allowed, in the order of the document. @param {(element: Element, service: Service) => void} onWaiting */
const look = (onWaiting) => {
  for (const element of /** @type {any} */ (document.querySelectorAll(MARKED))) {
    /** @type {string[]} */
    const words = element.dataset.consent.trim().split(/\s+/);
    const service = words.flatMap(meant).find((one) => !isAllowed(one));
    // A mark that the notice does not know never becomes allowed: its author is told, once.
    const isStrange = words.some((word) => !meant(word)[0]);
    if (isStrange) element.holdtrue ||= [console.warn("holdtrue:", MARK, words, element)];
    if (service) onWaiting(element, service);
    else if (!isStrange) show(element);
  }
};

/** Release all that has become allowed. @param {(element: Element, service: Service) => void} onWaiting */
export const release = (onWaiting) => {
  resume();
  look(onWaiting);
};

/** Watch what the parser and scripts add from now on. @param {(element: Element, service: Service) => void} onWaiting @param {() => void} onChange */
export const observe = (onWaiting, onChange) =>
  new MutationObserver((records) => {
    let isMarked;
    for (const { addedNodes } of records) {
      for (const node of /** @type {any} */ (addedNodes)) {
        disarm(node);
        isMarked ||= node.matches?.(MARKED) || node.querySelector?.(MARKED);
      }
    }
    if (isMarked) look(onWaiting);
    onChange();
  }).observe(document, { childList: true, subtree: true });
