// Hands workflows to Genesys' own Architect core, and prints what it makes of each, as JSON.
// In: {"core": path of its bundle, "workflows": [workflow as JSON, …]}. Out: a verdict for each.
"use strict";
const { readFileSync } = require("fs");
const Module = require("module");

// Modules of the bundle by their number in version 0.0.18, to which package.json holds it.
const TOOLS = 0, FEATURES = 33, FLOW_MODEL = 225, FLOW_INFO = 266, SURVEY_INVITE = 924;
const IMPORT = 170, TEMPLATES = 865, PROMISES = 22, VALIDATION = 28, SERVER = 240;
const DATA_ACTIONS = 800, DATA_ACTION = 337;

// It has no type for workflows. This one is built on the same class, and knows no other actions.
const TYPE = "surveyinvite";

function load(file) {
  const start = "t(t.s=1344)}";
  const source = readFileSync(file, "utf8");
  if (source.split(start).length !== 2) throw new Error(`${file} is not version 0.0.18`);
  const bundle = new Module(file);
  bundle.filename = file;
  bundle._compile(source.replace(start, `(module.modules=t),${start}`), file);
  return bundle.modules;
}

// Every value that is an expression, with the path to it.
function expressions(value, path, found) {
  if (!value || typeof value !== "object") return found;
  if (typeof value.text === "string" && value.uiMetaData && "mode" in value.uiMetaData) found[path] = value;
  for (const [key, inner] of Object.entries(value)) expressions(inner, `${path}/${inner?.id ?? inner?.name ?? key}`, found);
  return found;
}

// What ends a workflow is unknown to it; this ends every flow.
function knownActions(value) {
  if (!value || typeof value !== "object") return;
  if (value.__type === "EndWorkflowAction") value.__type = "DisconnectAction";
  Object.values(value).forEach(knownActions);
}

async function judge(modules, workflow) {
  const model = new (modules(FLOW_MODEL))();
  Object.assign(model, { name: workflow.name, type: TYPE, id: modules(TOOLS).uniqueId("check") });
  const flow = new (modules(SURVEY_INVITE))(new (modules(FLOW_INFO))(model));
  const importer = modules(IMPORT);
  await importer.loadTemplate(flow, modules(TEMPLATES).getScriptingTemplate(TYPE, "en-US"));

  for (const action of workflow.uiMetaData.actionServiceActions) {
    modules(DATA_ACTIONS).addItem(new (modules(DATA_ACTION))(structuredClone(action)), true);
  }
  const document = structuredClone({ ...workflow, type: TYPE });
  knownActions(document);
  const file = Buffer.from(encodeURIComponent(JSON.stringify(document))).toString("base64");
  try {
    await importer.import(flow, file, undefined, TYPE);
  } catch (refusal) {
    return { refused: String(refusal.text ?? refusal) };
  }
  flow._receivedInitialValidationData = true; // else it waits for the server before it parses
  const problems = { errors: [], warnings: [] };
  for (const { item, errors, warnings } of Object.values(modules(VALIDATION).validateFlow(flow).issues)) {
    const named = (issue) => `${item.name ?? "flow"}: ${issue.text}`;
    problems.errors.push(...errors.map(named));
    problems.warnings.push(...warnings.map(named));
  }
  const parsed = JSON.parse(importer.getStringifiedConfiguration(flow));
  return { ...problems, expressions: expressions(parsed, "", {}) };
}

async function main() {
  console.log = console.warn = console.error = () => {}; // of the core, which talks a lot
  const { core, workflows } = JSON.parse(readFileSync(0, "utf8"));
  const modules = load(core);
  // Nothing is sent anywhere: what the server would answer first is left out.
  const designTime = (flow) => { flow.initializeDesignTime(); return modules(PROMISES).resolve(flow); };
  Object.defineProperty(modules(SERVER), "initializeDesignTime", { value: designTime });
  const verdicts = [];
  for (const workflow of workflows) {
    const verdict = await judge(modules, workflow);
    verdicts.push({ ...verdict, given: expressions(workflow, "", {}) });
  }
  process.stdout.write(JSON.stringify(verdicts), () => process.exit(0)); // the core keeps timers
}

main().catch((error) => { process.stderr.write(`${error.stack}\n`); process.exit(1); });
