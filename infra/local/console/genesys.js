// What agents and administrators see and do in Genesys.

import { action, ask, at, el, fill, hours, plusDays, spanText, workingDays } from "./elements.js";
import { send } from "./server.js";

const FULL_DAY = 480;

/** The integration status in words. */
const INTEGRATION = {
  Processing: ["Processing", "waits"],
  Error: ["Error", "bad"],
  AutomaticallyComplete: ["Automatically complete", "good"],
  ManuallyComplete: ["Manually complete", "good"],
};
const STATUS = { PENDING: "waits", APPROVED: "good", DENIED: "bad", CANCELED: "off" };

/** Fills the menus, and connects the form. `agent()` is the chosen one. */
export function setUpForm(types, agent) {
  const form = at("submission");
  fill(form.elements.type, ...types.map((type) => el("option", { value: type.activityCodeId }, type.name)));
  form.addEventListener("change", (event) => {
    if (event.target.name === "extent") showFields(form);
    if (event.target.name === "first") form.elements.last.value = form.elements.first.value;
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { type, notes, approved } = form.elements;
    await send("requests", {
      user: agent().id,
      activityCodeId: type.value,
      notes: notes.value,
      approved: approved.checked,
      ...when(form.elements),
    });
  });
  showFields(form);
}

/** Shows the fields for whole days, or for a part of one; hidden ones are not sent, nor required. */
function showFields(form) {
  for (const label of form.querySelectorAll("[data-for]")) {
    label.hidden = label.dataset.for !== form.elements.extent.value;
    label.querySelector("input").disabled = label.hidden;
  }
}

function when({ extent, first, last, from, hours: many }) {
  if (extent.value === "part") {
    return { startDateTimes: [`${first.value}T${from.value}:00`], minutes: [Math.round(many.value * 60)] };
  }
  const dates = workingDays(first.value, last.value < first.value ? first.value : last.value);
  return { dates, minutes: dates.map(() => FULL_DAY) };
}

/** BambooHR takes days ahead: four weeks from its today. */
export function suggestDays(today) {
  const { first, last } = at("submission").elements;
  if (!first.value) first.value = last.value = plusDays(today, 29);
}

export function drawRequests(requests, types) {
  const list = at("genesys-requests");
  if (!requests.length) {
    fill(list, el("li", { className: "empty" }, "No requests yet. Fill in the form above and submit the first one."));
    return;
  }
  fill(list, ...requests.map((request) => card(request, types)));
}

function card(request, types) {
  const name = types.find((type) => type.activityCodeId === request.activityCodeId)?.name ?? "Time off";
  const first = request.days[0], last = request.days.at(-1);
  const total = hours(request.minutes.reduce((sum, minutes) => sum + minutes, 0));
  const part = request.startDateTimes[0]?.slice(11, 16);
  const title = `${name}, ${spanText(first, last)}`;
  const [integration, mood] = INTEGRATION[request.integrationStatus] ?? ["Not sent", "off"];
  return el("li", { className: "card" },
    el("p", { className: "what" }, title, el("span", { className: "hint" }, part ? ` ${total} from ${part}` : ` ${total}`)),
    el("p", { className: "pills" },
      el("span", { className: `pill ${STATUS[request.status]}` }, request.status),
      el("span", { className: `pill ${mood}` }, integration),
      el("span", { className: "hint" }, request.hrisId ? `BambooHR ${request.hrisId}` : "no BambooHR id yet")),
    el("p", { className: "buttons" }, ...actions(request, title)));
}

function actions(request, title) {
  if (!["PENDING", "APPROVED"].includes(request.status)) return [];
  const decide = (text, status) =>
    action(`${request.id} ${text}`, text, title, () => send(`requests/${request.id}/status`, { status }));
  return [
    request.status === "PENDING" && decide("Approve", "APPROVED"),
    action(`${request.id} Change`, "Change", title, () => change(request, title)),
    decide("Deny", "DENIED"),
    decide("Cancel", "CANCELED"),
  ].filter(Boolean);
}

async function change(request, title) {
  const isPart = request.startDateTimes.length > 0;
  const fields = isPart
    ? [
        { name: "first", label: "Day", type: "date", value: request.days[0] },
        { name: "from", label: "From", type: "time", value: request.startDateTimes[0].slice(11, 16) },
        { name: "hours", label: "Hours", type: "number", min: 0.25, max: 12, step: 0.25, value: request.minutes[0] / 60 },
      ]
    : [
        { name: "first", label: "First day", type: "date", value: request.days[0] },
        { name: "last", label: "Last day", type: "date", value: request.days.at(-1) },
      ];
  const given = await ask(`Change ${title}`, "Change", fields);
  if (!given) return;
  const of = (value) => ({ value });
  const asked = { extent: of(isPart ? "part" : "days"), first: of(given.first), last: of(given.last), from: of(given.from), hours: of(given.hours) };
  await send(`requests/${request.id}`, when(asked), "PATCH");
}

/** What to do first, where the agent cannot ask for anything yet; `null`: nothing. */
export function firstStep(agent, agents) {
  if (agent.externalId) return null;
  if (agents.every((other) => !other.externalId)) {
    return "Start here: run the daily synchronisation. Until then Genesys does not know which employee of BambooHR an agent is.";
  }
  return `Genesys found nobody in BambooHR with the e-mail address of ${agent.name}. Choose another agent.`;
}

