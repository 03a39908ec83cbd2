// The stream that tells when something has changed. Read by fetch: an EventSource could not show a token.

import { Locked, look } from "./asking.js";

const LONGEST_WAIT = 10_000;

/** Read events until the stream ends, and tell each to `told` with its id. */
async function read(body, told) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    const parts = text.split("\n\n");
    text = parts.pop();
    for (const part of parts) {
      const fields = Object.fromEntries(part.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]));
      if (fields.data) told(fields.id, JSON.parse(fields.data));
    }
  }
}

/** Be told of changes for good: `told(event)`, and how it goes: `state(word)`. A page that nobody sees does not listen. */
export function watch(told, state) {
  let last = "";
  let wait = 500;
  let current = null;

  async function once() {
    current = new AbortController();
    const answer = await look("events", {}, { headers: last ? { "Last-Event-ID": last } : {}, signal: current.signal });
    if (!answer.ok) throw new Error((await answer.json()).error);
    state("live");
    wait = 500;
    await read(answer.body, (id, event) => {
      last = id;
      told(event);
    });
    throw new Error("callsim has stopped");
  }

  async function listen() {
    for (;;) {
      try {
        if (document.hidden) await shown();
        await once();
      } catch (error) {
        if (error instanceof Locked) return state("locked");
        if (error.name === "AbortError") continue;
        state(`not connected (${error.message}); trying again`);
        await new Promise((done) => setTimeout(done, wait));
        wait = Math.min(2 * wait, LONGEST_WAIT);
      }
    }
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden && current) current.abort();
  });
  return listen();
}

function shown() {
  return new Promise((done) => {
    const look = () => {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", look);
      done();
    };
    document.addEventListener("visibilitychange", look);
  });
}
