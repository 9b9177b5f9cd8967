// Connects the parts of the page with what the local stack says.

import { drawBalances, readBalances } from "./balances.js";
import { drawBambooHr, resetCalendar, setUpCalendar } from "./bamboohr.js";
import { drawBreaks, drawCounters } from "./breaks.js";
import { at, el, fill, say } from "./elements.js";
import { drawRequests, firstStep, setUpForm, suggestDays } from "./genesys.js";
import { listen, send } from "./server.js";
import { follow, forgetCalls, takeCall } from "./way.js";

/** The employee of the examples, where there is one. */
const FAVOURITE = "Agent 452";

let agents = [];
let types = [];
let state = null;
/** What BambooHR held when the balances were read last. */
let read = null;

const agent = () => agents.find((entry) => entry.id === at("agent").value) ?? agents[0];

async function loadAgents() {
  const answer = await send("agents", null, "GET");
  if (!answer) return;
  ({ agents, types } = answer);
  const chosen = at("agent").value || agents.find((entry) => entry.name === FAVOURITE)?.id || agents[0]?.id;
  const unknown = agents.some((entry) => entry.externalId) ? ", unknown in BambooHR" : "";
  const text = (entry) => `${entry.name}, ${entry.unit}${entry.externalId ? "" : unknown}`;
  fill(at("agent"), ...agents.map((entry) => el("option", { value: entry.id }, text(entry))));
  at("agent").value = chosen;
}

function showAgent() {
  const first = firstStep(agent(), agents);
  at("first").textContent = first ?? "";
  at("first").hidden = first === null;
  at("known").hidden = first !== null;
}

function draw(fresh) {
  state = fresh;
  suggestDays(state.today);
  drawCounters(state.counters);
  drawBreaks(state.broken);
  drawRequests(state.genesys, types);
  drawBambooHr(state, types);
  const now = JSON.stringify([agent().id, state.bamboohr]);
  if (agent().externalId && now !== read) {
    read = now;
    readBalances(agent(), types, state);
  } else if (agent().externalId) {
    drawBalances(state);
  }
}

function watch() {
  read = null;
  resetCalendar();
  showAgent();
  listen(agent().id, { onOpen: forgetCalls, onState: draw, onCall: takeCall });
}

async function synchronise() {
  say("The daily synchronisation runs.");
  if (!(await send("synchronise"))) return;
  await loadAgents();
  say(`Genesys knows ${agents.filter((entry) => entry.externalId).length} of ${agents.length} agents in BambooHR now.`);
  watch();
}

await loadAgents();
setUpForm(types, agent);
setUpCalendar();
at("agent").addEventListener("change", watch);
at("synchronise").addEventListener("click", synchronise);
at("follow").addEventListener("click", follow);
at("read-balances").addEventListener("click", () => state && readBalances(agent(), types, state));
watch();
