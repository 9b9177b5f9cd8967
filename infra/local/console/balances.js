// An agent's balances over the next months, one small chart for each type.

import { at, dayText, el, fill, hours, parse, iso } from "./elements.js";
import { send } from "./server.js";

/** What a type without limit shows: far more than anybody could save up. */
const UNLIMITED = 400_000;
const WIDTH = 210, HEIGHT = 64, BAR = 20, GAP = 10;
const MONTH = new Intl.DateTimeFormat("en-GB", { month: "short", timeZone: "UTC" });

let shown = null;
let asking = 0;

/** Today, and the first of each of the next six months. */
function days(today) {
  const date = parse(today);
  const first = (ahead) => iso(new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + ahead, 1)));
  return [today, ...[1, 2, 3, 4, 5, 6].map(first)];
}

/** Reads the balances through the workflow, and draws them. */
export async function readBalances(agent, types, state) {
  const mine = ++asking;
  const asked = days(state.today);
  const balances = await send("balances", { agent: agent.id, days: asked });
  // Another agent was chosen meanwhile, or it was asked again.
  if (mine !== asking) return;
  shown = balances && { days: asked, balances, types };
  drawBalances(state);
}

/** Draws what was read last, with what is pending now. */
export function drawBalances(state) {
  if (!shown) {
    fill(at("balances"), el("p", { className: "empty" }, "No balances were read. Read them again."));
    return;
  }
  fill(at("balances"), ...shown.types.map((type) => figure(type, state)));
}

function figure(type, state) {
  const balance = shown.balances.find((entry) => entry.activityCodeId === type.activityCodeId);
  const minutes = balance?.minutes ?? [];
  const title = el("h4", {}, type.name);
  if (!minutes.length || minutes.some((value) => value === null)) {
    return el("div", { className: "balance" }, title, el("p", {}, "Not a type of this agent."));
  }
  if (minutes[0] >= UNLIMITED) return el("div", { className: "balance" }, title, el("p", {}, "No limit."));
  const pending = shown.days.map((day) => pendingBefore(day, type, state));
  const last = minutes.length - 1;
  const words = [`${hours(minutes[0])} now`, `${hours(minutes[last])} on ${dayText(shown.days[last])}`];
  if (pending[last]) words.push(`${hours(pending[last])} pending`);
  const caption = words.join(", ");
  return el("div", { className: "balance" }, title, chart(minutes, pending, `${type.name}: ${caption}`), el("p", {}, caption));
}

/** Minutes that are asked for and not decided, up to a day. */
function pendingBefore(day, type, state) {
  const waiting = state.genesys.filter(
    (request) => request.status === "PENDING" && request.activityCodeId === type.activityCodeId,
  );
  const upTo = (request) => request.minutes.filter((_, index) => request.days[index] <= day);
  return waiting.flatMap(upTo).reduce((sum, minutes) => sum + minutes, 0);
}

function svg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Bars from the line of zero; the pending part of each is hatched. */
function chart(minutes, pending, label) {
  const top = Math.max(...minutes, 60), bottom = Math.min(...minutes, 0);
  const y = (value) => Math.round(((top - value) / (top - bottom)) * HEIGHT);
  const bars = minutes.flatMap((value, index) => {
    const x = index * (BAR + GAP) + GAP / 2;
    const rect = (from, to, kind) =>
      svg("rect", { class: kind, x, width: BAR, y: y(Math.max(from, to)), height: Math.abs(y(from) - y(to)) });
    const rest = Math.max(value - pending[index], Math.min(value, 0));
    const month = svg("text", { x: x + BAR / 2, y: HEIGHT + 14 }, MONTH.format(parse(shown.days[index])));
    return [rect(0, rest, "rest"), rect(rest, value, "pending"), month];
  });
  const zero = svg("line", { x1: 0, x2: WIDTH, y1: y(0), y2: y(0) });
  return svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT + 18}`, role: "img", "aria-label": label }, ...bars, zero);
}
