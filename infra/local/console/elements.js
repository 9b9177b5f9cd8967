// Small things that every part of the page is made of.

/** An element with properties and children; text is never read as HTML. */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") element.addEventListener("click", value);
    else if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child || child === 0));
  return element;
}

export const at = (id) => document.getElementById(id);

/**
 * Puts other children into an element. What had the focus keeps it, by its `data-key`; where it is
 * gone, the next button of the same request has it: their keys begin alike.
 */
export function fill(parent, ...children) {
  const next = parent.cloneNode(false);
  next.append(...children);
  // What is as it was is left alone, by screen readers too.
  if (next.isEqualNode(parent)) return;
  const key = parent.contains(document.activeElement) && document.activeElement.dataset.key;
  parent.replaceChildren(...next.childNodes);
  if (!key) return;
  const bearing = (test) => parent.querySelector(`[data-key${test}]`);
  (bearing(`="${CSS.escape(key)}"`) ?? bearing(`^="${CSS.escape(key.slice(0, key.lastIndexOf(" ") + 1))}"`))?.focus();
}

/** A button in a list that is drawn anew: its key finds it again. */
export const action = (key, text, what, on) =>
  el("button", { type: "button", "data-key": key, "aria-label": `${text} ${what}`, on }, text);

/** Says something to everybody, screen readers included. */
export function say(text, isError = false) {
  fill(at("notice"), text ? el("p", { className: isError ? "error" : "" }, text) : "");
}

const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });

export const parse = (day) => new Date(`${day}T00:00:00Z`);
export const iso = (date) => date.toISOString().slice(0, 10);
export const dayText = (day) => DAY.format(parse(day)).replace(",", "");
export const plusDays = (day, count) => iso(new Date(parse(day).getTime() + count * 86_400_000));

/** "Tue 1 Dec" or "Tue 1 Dec to Thu 3 Dec". */
export const spanText = (first, last) => (first === last ? dayText(first) : `${dayText(first)} to ${dayText(last)}`);

export const hours = (minutes) => `${Math.round(minutes / 6) / 10} h`;

/** Every working day from the first to the last, or every day where there is none. */
export function workingDays(first, last) {
  const days = [];
  for (let day = first; day <= last && days.length < 366; day = plusDays(day, 1)) days.push(day);
  const working = days.filter((day) => ![0, 6].includes(parse(day).getUTCDay()));
  return working.length ? working : days;
}

/** Asks for values in a dialog. `fields` are names with their label, type and value; `null`: left. */
export function ask(title, yes, fields) {
  const dialog = at("question");
  const inputs = fields.map((field) => el("input", { required: true, ...field, label: undefined }));
  at("question-title").textContent = title;
  dialog.querySelector(".fields").replaceChildren(
    ...fields.map((field, index) => el("label", {}, `${field.label} `, inputs[index])),
  );
  dialog.querySelector("button[value=yes]").textContent = yes;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    const values = () => Object.fromEntries(inputs.map((input) => [input.name, input.value]));
    const closed = () => resolve(dialog.returnValue === "yes" ? values() : null);
    dialog.addEventListener("close", closed, { once: true });
  });
}
