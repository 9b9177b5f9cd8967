// The steps of a call, live, and the list of the last ones.

import { at, el, fill, say } from "./elements.js";

const KINDS = {
  workflow: "Workflow",
  dataAction: "Data action",
  gateway: "API Gateway",
  schedule: "Schedule",
  function: "Function",
  dynamoDb: "DynamoDB",
  secretsManager: "Secrets Manager",
  bambooHr: "BambooHR",
  note: "Note",
};
/** The page reads balances by itself; that does not take the place of what somebody has done. */
const BY_ITSELF = "HRIS-Get-Balance";
const MOST = 50;
const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

const calls = new Map();
let chosen = null;

export function forgetCalls() {
  calls.clear();
  draw();
}

export function follow() {
  chosen = null;
  draw();
}

export function takeCall(call) {
  const before = calls.get(call.id);
  calls.set(call.id, call);
  if (calls.size > MOST) calls.delete(Math.min(...calls.keys()));
  if (call.ended && before && !before.ended && call.title !== BY_ITSELF) say(`${call.title}: ${resultOf(call)}.`, Boolean(call.errorCode));
  draw();
}

const resultOf = (call) => call.errorCode || call.status || (call.ended ? "ended" : "running");
const moodOf = (call) => (call.errorCode ? "bad" : call.status ? "good" : "waits");
const millis = (ms) => (ms < 1000 ? `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`);

function draw() {
  const latest = [...calls.values()].sort((a, b) => b.id - a.id);
  const call = calls.get(chosen) ?? latest.find((entry) => entry.title !== BY_ITSELF) ?? latest[0];
  at("follow").hidden = !calls.has(chosen);
  if (!call) {
    fill(at("way"), el("p", { className: "empty" }, "Nothing has happened yet. What Genesys asks of the bridge appears here, step by step."));
    fill(at("calls"), el("li", { className: "empty" }, "No calls yet."));
    return;
  }
  fill(at("way"), head(call), steps(call));
  fill(at("calls"), ...latest.map((entry) => row(entry, entry === call)));
}

function head(call) {
  return el("div", { className: `head ${moodOf(call)}` },
    el("p", { className: "what" }, call.title, " ", el("span", { className: `pill ${moodOf(call)}` }, resultOf(call))),
    call.errorMsg && el("p", {}, call.errorMsg),
    call.correlationId &&
      el("p", { className: "correlation" }, "Correlation id ", el("code", {}, call.correlationId), " ",
        el("button", { type: "button", className: "quiet", "data-key": "copy", on: () => copy(call.correlationId) }, "Copy")));
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    say("The correlation id is copied.");
  } catch {
    say("The browser does not let the page copy. Select the correlation id and copy it by hand.", true);
  }
}

function steps(call) {
  const ordered = call.steps.toSorted((a, b) => a.beganMs - b.beganMs || a.depth - b.depth);
  const total = Math.max(...ordered.map((step) => step.beganMs + (step.tookMs ?? 0)), 1);
  const label = `Steps of ${call.title}`;
  return el("ol", { className: "steps", "aria-label": label }, ...folded(ordered).map((step) => stepOf(step, total)));
}

/** Many equal steps in a row become one, from the first one's beginning to the last one's end. */
function folded(steps) {
  const rows = [];
  for (const step of steps) {
    const row = rows.at(-1);
    const same = row && ["kind", "name", "outcome", "failed"].every((part) => row[part] === step[part]);
    if (!same || step.tookMs === null || row.tookMs === null) {
      rows.push({ ...step, times: 1 });
    } else {
      row.times += 1;
      row.tookMs = Math.max(row.tookMs, step.beganMs + step.tookMs - row.beganMs);
    }
  }
  return rows;
}

function stepOf(step, total) {
  const item = el("li", { className: `step ${step.kind} ${step.failed ? "failed" : ""}` },
    el("span", { className: "name" }, el("span", { className: "kind" }, KINDS[step.kind]), ` ${step.name}`,
      step.times > 1 && el("span", { className: "hint" }, ` ${step.times} times`)),
    el("span", { className: "outcome" }, step.outcome ?? ""),
    el("span", { className: "took" }, step.kind === "note" ? "" : step.tookMs === null ? "running" : millis(step.tookMs)),
    el("span", { className: "bar", "aria-hidden": "true" }));
  item.style.setProperty("--depth", step.depth);
  item.style.setProperty("--from", `${(100 * step.beganMs) / total}%`);
  item.style.setProperty("--width", `${(100 * (step.tookMs ?? total - step.beganMs)) / total}%`);
  return item;
}

function row(call, isShown) {
  const took = call.ended ? millis(call.steps[0].tookMs ?? 0) : "running";
  const show = () => {
    chosen = call.id;
    draw();
  };
  return el("li", {},
    el("button", { type: "button", "data-key": `call ${call.id}`, "aria-pressed": String(isShown), on: show },
      el("span", { className: "hint" }, TIME.format(new Date(call.at))),
      el("span", { className: "name" }, call.title, call.agentId ? el("span", { className: "hint" }, ` agent ${call.agentId}`) : ""),
      el("span", { className: `pill ${moodOf(call)}` }, resultOf(call)),
      el("span", { className: "hint" }, took)));
}
