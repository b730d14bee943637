// Decisions on their way to the server: none is lost, and a grant has no effect before the server has it.
import { send } from "./guard.js";
import { script, state } from "./state.js";

/** What storage would not take, because it is full or refused: this page still remembers. @type {Record<string, string>} */
const memory = {};

/** @param {"outbox" | "receipt"} key */
const load = (key) => {
  try {
    return JSON.parse(memory[key] || localStorage.getItem(`holdtrue.${key}`) || "null");
  } catch {
    return null;
  }
};
/** @param {"outbox" | "receipt"} key @param {unknown} value */
const save = (key, value) => {
  const text = JSON.stringify(value);
  try {
    localStorage.setItem(`holdtrue.${key}`, text);
    memory[key] = "";
  } catch {
    memory[key] = text;
  }
};

/** What has not been delivered, oldest first. @returns {Decision[]} */
export const undelivered = () => load("outbox") || [];

/** The newest decision and, once there is one, the server's answer. @returns {Kept | null} */
export const newest = () => load("receipt");

export const address = () => `${state.notice_.server}/consent/${encodeURIComponent(state.notice_.site)}`;

/** What few visitors need, in a file of its own. */
export const more = () => import(new URL("receipt.js", script.src).href);

let isBusy = false;

/** Deliver what waits, oldest first, trying again with growing pauses. @param {(decision: Decision) => void} onRecorded */
export const deliver = async (onRecorded) => {
  if (isBusy || !state.notice_.server) return;
  isBusy = true;
  for (let wait = 1000; wait < 99999; ) {
    const [decision] = undelivered();
    if (!decision) break;
    let status = 0;
    /** @type {any} */
    let answer;
    try {
      const response = await send(address(), { method: "POST", body: JSON.stringify(decision), credentials: "omit", keepalive: true });
      answer = await response.json();
      status = response.status;
    } catch {
      // Away, or no answer of ours: not recorded as far as we know.
    }
    // What has no record's number is no answer of ours either, whatever its status.
    if (!answer?.record && !/^4(?!08|29)/.test(`${status}`)) {
      await new Promise((done) => setTimeout(done, wait));
      wait *= 2;
      continue;
    }
    if (answer.record) {
      onRecorded(decision);
      if (newest()?.decision.id === decision.id) save("receipt", { decision, answer });
    } else console.warn("holdtrue:", answer);
    save("outbox", undelivered().filter((one) => one.id !== decision.id));
  }
  isBusy = false;
};

/** @param {Decision} decision */
export const post = (decision) => {
  save("receipt", { decision });
  if (state.notice_.server) save("outbox", [...undelivered(), decision]);
};
