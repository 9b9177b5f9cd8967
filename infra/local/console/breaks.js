// What can be broken on purpose, and the counters that show whether leave comes to harm.

import { at, el, fill } from "./elements.js";
import { send } from "./server.js";

/** By its name on the server: the button, and what happens. */
const BREAKS = {
  "slow": ["Slow", "BambooHR takes 1.5 seconds for each answer."],
  "throttled": ["429", "BambooHR answers its next call 429, and asks to wait two seconds."],
  "error-before": ["5xx before the write", "BambooHR answers its next write 503, and does not do it."],
  "error-after": ["5xx after the write", "BambooHR does its next write, and answers 503."],
  "dropped-answer": ["Dropped answer", "BambooHR does its next write, and closes the connection."],
  "garbage": ["Garbage", "BambooHR does its next write, and answers what nobody can read."],
  "key-revoked": ["Key revoked", "BambooHR refuses the API key. Mending puts a new one into the secret."],
  "table-unreachable": ["Table unreachable", "No call reaches DynamoDB."],
  "process-dies": ["Process dies", "The next function that writes is gone once its write is sent. Its lease stays until it ends by itself."],
};

const COUNTERS = { submitted: "Submitted", complete: "Complete", waiting: "Waiting", failed: "Failed", duplicates: "Duplicates" };

export function drawBreaks(broken) {
  const buttons = Object.entries(BREAKS).map(([what, [text, sentence]]) =>
    el("button", {
      type: "button", "data-key": what, title: sentence, "aria-pressed": String(broken.includes(what)),
      on: () => send("break", { what }),
    }, text));
  fill(at("breaks"), ...buttons, el("button", { type: "button", "data-key": "mend", on: () => send("mend") }, "Mend everything"));
  at("broken").textContent = broken.length
    ? broken.map((what) => BREAKS[what][1]).join(" ")
    : "Nothing is broken. Choose what goes wrong next, then submit a request and watch its way.";
}

export function drawCounters(counters) {
  const entry = ([name, text]) =>
    el("div", { className: counters[name] && ["failed", "duplicates"].includes(name) ? "alarm" : "" },
      el("dt", {}, text), el("dd", {}, String(counters[name])));
  fill(at("counters"), ...Object.entries(COUNTERS).map(entry));
}
