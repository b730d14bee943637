// Decisions on their way to the server: none is lost, and a grant has no effect before the server has it.
import { send } from "./guard.js";
import { state } from "./state.js";

/** @type {Record<string, string>} */
const memory = {};

/** @param {"outbox" | "receipt"} key */
const load = (key) => {
  try {
    memory[key] = localStorage.getItem(`holdtrue.${key}`) || "null";
  } catch {
    // Storage is refused: this page still remembers.
  }
  return JSON.parse(memory[key] || "null");
};
/** @param {"outbox" | "receipt"} key @param {unknown} value */
const save = (key, value) => {
  memory[key] = JSON.stringify(value);
  try {
    localStorage.setItem(`holdtrue.${key}`, memory[key]);
  } catch {
    // As above.
  }
};

/** What has not been delivered, oldest first. @returns {Decision[]} */
export const undelivered = () => load("outbox") || [];

/** The newest decision and, once there is one, the server's answer. @returns {Kept | null} */
export const newest = () => load("receipt");

export const address = () => `${state.notice_.server}/consent/${encodeURIComponent(state.notice_.site)}`;

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
    const isRecorded = status === 200 || status === 201;
    if (!isRecorded && !/^4(?!08|29)/.test(`${status}`)) {
      await new Promise((done) => setTimeout(done, wait));
      wait *= 2;
      continue;
    }
    save("outbox", undelivered().filter((one) => one.id !== decision.id));
    if (isRecorded) {
      if (newest()?.decision.id === decision.id) save("receipt", { decision, answer });
      onRecorded(decision);
    } else console.warn("holdtrue:", answer);
  }
  isBusy = false;
};

/** @param {Decision} decision */
export const post = (decision) => {
  save("receipt", { decision });
  if (state.notice_.server) save("outbox", [...undelivered(), decision]);
};
