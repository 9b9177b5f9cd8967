// What the page asks of the local stack, and what it hears from it.

import { say } from "./elements.js";

const LOST = "The local stack does not answer. Start it again with cargo run; the page goes on by itself.";

/** Sends JSON; gives back the answer, or `null` after saying why there is none. */
export async function send(path, body = null, method = "POST") {
  try {
    const answer = await fetch(`/console/${path}`, {
      method,
      headers: { "content-type": "application/json" },
      body: method === "GET" ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (answer.ok) {
      clear();
      return text ? JSON.parse(text) : {};
    }
    complain(sentenceOf(text));
  } catch {
    complain(LOST);
  }
  return null;
}

/** What goes well takes a complaint away, and nothing else that was said. */
let complained = false;
function complain(sentence) {
  complained = true;
  say(sentence, true);
}
function clear() {
  if (complained) say("");
  complained = false;
}

/** Refusals are JSON with a sentence; what axum cannot read it refuses in plain text. */
function sentenceOf(text) {
  try {
    return JSON.parse(text).error;
  } catch {
    return `The local stack cannot read this: ${text}`;
  }
}

/** Hears of the calls and of the state of one agent, until it is called again. */
let source = null;
export function listen(agent, { onOpen, onState, onCall }) {
  source?.close();
  source = new EventSource(`/console/events?agent=${encodeURIComponent(agent)}`);
  source.addEventListener("open", () => {
    clear();
    onOpen();
  });
  source.addEventListener("error", () => complain(LOST));
  source.addEventListener("state", (event) => onState(JSON.parse(event.data)));
  source.addEventListener("call", (event) => onCall(JSON.parse(event.data)));
}
