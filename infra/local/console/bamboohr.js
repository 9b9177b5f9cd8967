// The agent's requests in BambooHR, and what HR does with them by hand.

import { action, ask, at, dayText, el, fill, parse, plusDays, spanText } from "./elements.js";
import { send } from "./server.js";

const WEEKS = 6;
const MOODS = { requested: "waits", approved: "good", denied: "bad", canceled: "off", superceded: "off" };
/** Where two requests share a day, the one that counts most is shown. */
const RANK = ["approved", "requested", "denied", "canceled", "superceded"];
const MONTHS = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

let shift = 0;
let drawn = null;

export function setUpCalendar() {
  const move = (weeks) => () => {
    shift += weeks;
    if (drawn) drawCalendar(...drawn);
  };
  at("earlier").addEventListener("click", move(-WEEKS + 1));
  at("later").addEventListener("click", move(WEEKS - 1));
}

/** Another agent: the calendar starts anew. */
export function resetCalendar() {
  shift = 0;
}

export function drawBambooHr(state, types) {
  drawn = [state, types];
  drawCalendar(state, types);
  const list = at("bamboohr-requests");
  if (!state.bamboohr.length) {
    fill(list, el("li", { className: "empty" }, "BambooHR has no requests of this agent. What is submitted in Genesys arrives here."));
    return;
  }
  fill(list, ...state.bamboohr.map((request) => card(request, types)));
}

/** Six weeks, from the week before the first request that is still to come. */
function drawCalendar(state, types) {
  const ahead = state.bamboohr.filter((request) => request.end >= state.today && RANK.indexOf(request.status) < 2);
  const from = plusDays(ahead[0]?.start ?? state.today, -7 + 7 * shift);
  const monday = plusDays(from, -((parse(from).getUTCDay() + 6) % 7));
  const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
  const rows = Array.from({ length: WEEKS }, (_, week) =>
    el("tr", {}, ...weekdays.map((_, index) => cell(plusDays(monday, 7 * week + index), state, types))));
  const caption = `${MONTHS.format(parse(monday))} to ${MONTHS.format(parse(plusDays(monday, 7 * WEEKS - 1)))}`;
  fill(at("calendar"), el("table", {},
    el("caption", {}, caption),
    el("thead", {}, el("tr", {}, ...weekdays.map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, ...rows)));
}

function cell(day, state, types) {
  const requests = state.bamboohr
    .filter((request) => request.start <= day && day <= request.end)
    .filter((request) => Number(request.dates[day] ?? 1) > 0)
    .sort((a, b) => RANK.indexOf(a.status) - RANK.indexOf(b.status));
  const number = el("span", { className: "number" }, day.endsWith("-01") ? dayText(day).slice(4) : String(Number(day.slice(8))));
  const isToday = day === state.today;
  if (!requests.length) return el("td", { className: isToday ? "today" : "" }, number);
  const [shown] = requests;
  const text = `${nameOf(shown, types)}, ${shown.status}`;
  const more = requests.length > 1 ? ` +${requests.length - 1}` : "";
  return el("td", { className: `${shown.status} ${MOODS[shown.status]} ${isToday ? "today" : ""}`, title: text },
    number, el("span", { className: "leave" }, `${shown.dates[day] ?? shown.amount} ${unitOf(shown)}${more}`),
    el("span", { className: "spoken" }, ` ${text}`));
}

const unitOf = (request) => (request.unit === "days" ? "d" : "h");

const nameOf = (request, types) => types.find((type) => type.typeId === String(request.typeId))?.name ?? `Type ${request.typeId}`;

function card(request, types) {
  const title = `${nameOf(request, types)}, ${spanText(request.start, request.end)}`;
  const origin = request.byHand ? "by hand" : "by the bridge";
  const previous = request.previous ? `, in place of ${request.previous}` : "";
  const isLive = ["requested", "approved"].includes(request.status);
  return el("li", { className: "card" },
    el("p", { className: "what" }, title, el("span", { className: "hint" }, ` ${request.amount} ${unitOf(request)}`)),
    el("p", { className: "pills" },
      el("span", { className: `pill ${MOODS[request.status]}` }, request.status),
      el("span", { className: "hint" }, `${request.id} ${origin}${previous}`)),
    request.employeeNote && el("p", { className: "note" }, request.employeeNote),
    el("p", { className: "buttons" }, ...actions(request, title, isLive)));
}

function actions(request, title, isLive) {
  const button = (text, on) => action(`hr ${request.id} ${text}`, text, `${title}, in BambooHR`, on);
  const status = (text, value) => button(text, () => send(`bamboohr/${request.id}/status`, { status: value }));
  return [
    request.status === "requested" && status("Approve", "approved"),
    isLive && status("Deny", "denied"),
    isLive && button("Edit", () => edit(request, title)),
    button("Copy", () => copy(request, title)),
    button("Delete", () => send(`bamboohr/${request.id}/delete`)),
  ].filter(Boolean);
}

const firstDay = (request) => ({ name: "first", label: "First day", type: "date", value: request.start });

async function edit(request, title) {
  const held = Object.values(request.dates)[0] ?? request.amount;
  const fields = [firstDay(request), { name: "perDay", label: "Amount on each day", type: "number", min: 0.25, step: 0.25, value: held }];
  const given = await ask(`Edit ${title}, in BambooHR`, "Edit", fields);
  if (!given) return;
  // A day that keeps its amount is not touched: weekends hold none.
  const perDay = Number(given.perDay) === Number(held) ? undefined : given.perDay;
  await send(`bamboohr/${request.id}/edit`, { movedTo: given.first, perDay });
}

async function copy(request, title) {
  const given = await ask(`Copy ${title}, in BambooHR`, "Copy", [firstDay(request)]);
  // A copy keeps the status; nobody copies a leave to have it cancelled.
  const status = MOODS[request.status] === "off" ? "requested" : undefined;
  if (given) await send(`bamboohr/${request.id}/copy`, { movedTo: given.first, status });
}
