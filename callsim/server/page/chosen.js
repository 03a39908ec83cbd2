// What is chosen: a call or a multiparty call, why it is as it is, and what can be done with it.

import { found, useSecret } from "./asking.js";
import { asked, button, group, ours } from "./deeds.js";
import { announce, clockTime, make, put, visible } from "./making.js";
import { Story, ended } from "./story.js";

const PATHS = { call: "one/call", room: "one/multiparty_call" };
const SAID = {
  hang_up: "hang up by the API", cancel: "cancel by the API", kick: "kick from the multiparty call", start: "start the multiparty call", stop: "stop the multiparty call",
};
/** What a far party or the network does, in our words, with more of what is sent. */
const FAR = [["ring", "it rings"], ["answer", "answer"], ["hang_up", "hang up"], ["reject", "reject"], ["busy", "be busy"], ["lose_media", "lose the media"]];

function facts(pairs) {
  const told = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return make("dl", { class: "facts" }, ...told.map(([name, value]) => make("div", null, make("dt", null, name), make("dd", null, value))));
}

/** The chosen thing. `held`: whether the clock is. */
export class Chosen {
  constructor(choose) {
    this.choose = choose;
    this.title = document.getElementById("chosen-title");
    this.body = document.getElementById("chosen-body");
    this.kind = this.vendor = this.name = "";
    this.parts = null;
    this.state = "";
    this.held = this.over = false;
  }

  get key() {
    return `${this.vendor}/${this.name}`;
  }

  /** Whether there is more of it, or of anybody on its ladder. */
  concerns(event) {
    if (!this.kind) return false;
    // Of a clock that is held each step is shown on the lanes, as long as there is somebody to wait with.
    if (this.held && !this.over && this.parts && event.now !== this.parts.story.now) return true;
    const names = new Set([this.name, ...(this.parts ? this.parts.story.names : [])]);
    return event.new || [...event.calls, ...event.multiparty_calls].some(([vendor, name]) => vendor === this.vendor && names.has(name));
  }

  /** Show this from now on. */
  async show(kind, vendor, name) {
    [this.kind, this.vendor, this.name] = [kind, vendor, name];
    this.parts = null;
    this.state = "";
    await this.refresh();
  }

  async refresh() {
    if (!this.kind) return;
    const key = `${this.kind}/${this.key}`;
    const one = await found(PATHS[this.kind], { vendor: this.vendor, name: this.name }).catch((error) => error);
    if (one === null || one.status === 400) {
      this.parts = null;
      put(this.title, visible(this.name));
      return this.body.replaceChildren(make("p", null, one ? visible(one.message) : "It is not there: this world has none of that name, or has forgotten it."));
    }
    if (one instanceof Error) throw one;
    const film = await found("one/story", { vendor: this.vendor, name: this.name });
    if (film === null || key !== `${this.kind}/${this.key}`) return;
    this.parts ||= this.build(one);
    this.fill(one);
    this.parts.story.show(film);
  }

  build(one) {
    const parts = { told: make("div"), deeds: make("div"), story: new Story(), requests: "", last: "" };
    this.body.replaceChildren(parts.told, parts.story.root, parts.deeds);
    put(this.title, visible(`${one.name} (${one.vendor})`));
    return parts;
  }

  fill(one) {
    const { parts } = this;
    const told = JSON.stringify(one);
    if (told !== parts.last) {
      // What has been opened to be read stays open as long as nothing has changed.
      parts.told.replaceChildren(...(this.kind === "call" ? this.call(one) : this.room(one)));
      parts.last = told;
    }
    const requests = JSON.stringify(one.requests);
    if (requests !== parts.requests) {
      parts.requests = requests;
      this.deeds(one);
    }
    if (this.state && this.state !== one.state) announce(`${one.name}: ${one.state}${one.ending ? `, ${one.ending.cause} by ${one.ending.by}` : ""}`);
    this.state = one.state;
    this.over = one.state === "completed" || one.state === "ended";
  }

  call(one) {
    const room = one.multiparty_call && make("button", { type: "button", class: "link" }, visible(one.multiparty_call));
    if (room) room.addEventListener("click", () => this.choose("room", one.vendor, one.multiparty_call));
    const list = facts([["State", make("span", { class: one.state }, one.state)], ["since", clockTime(one.since)], ["Direction", one.direction],
      ["From", visible(one.from)], ["To", visible(one.to)], ["Id", visible(one.id)], ["Multiparty call", room]]);
    if (!one.ending) return [list];
    return [list, ended(this.parts.story, one, `It ended: ${one.ending.cause} by ${one.ending.by}${one.words ? ` (${one.words})` : ""}`)];
  }

  room(one) {
    const list = facts([["State", make("span", { class: one.state }, one.state)], ["since", clockTime(one.since)], ["Name", visible(one.called)], ["Ended by", one.by]]);
    const rows = one.participants.map((each) => {
      const press = make("button", { type: "button", class: "link" }, visible(each.call));
      press.addEventListener("click", () => this.choose("call", one.vendor, each.call));
      return make("tr", null, make("th", { scope: "row" }, press), make("td", null, visible(each.role)), make("td", { class: each.state }, each.state), make("td", null, each.exit || ""));
    });
    const head = make("thead", null, make("tr", null, ...["Call", "Role", "State", "Exit"].map((word) => make("th", { scope: "col" }, word))));
    const table = make("table", { "aria-label": "Who takes part" }, head, make("tbody", null, ...rows));
    return [list, one.state === "ended" ? ended(this.parts.story, one, `It ended, by ${one.by}`) : "", rows.length ? table : make("p", null, "Nobody takes part.")];
  }

  deeds(one) {
    const api = one.requests.map((deed) => button(SAID[deed.what] || deed.what, () => deed, one.vendor));
    const groups = [];
    if (api.length) groups.push(group(`As the application, by ${one.vendor}'s API`, [...secretOf(one.requests), ...api]));
    if (this.kind === "call") groups.push(this.farParty(one));
    if (this.kind === "call" && this.held) groups.push(this.until(one));
    this.parts.deeds.replaceChildren(...groups);
  }

  until(one) {
    const states = ["ringing", "in-progress", "completed"];
    return group("Time, until something is so", [asked("on until it is", [["state", "State", states]],
      ({ state }) => ours("until", "clock/until", { vendor: one.vendor, call: one.name, state }))]);
  }

  farParty(one) {
    const path = `calls/${encodeURIComponent(one.name)}`;
    const plain = FAR.map(([word, label]) => button(label, () => ours(label, `${path}/${word}`, { vendor: one.vendor }), one.vendor));
    const keys = asked("press keys", [["digits", "Keys", { value: "1", maxlength: "32", pattern: "[0-9*#]+", size: "8" }]],
      ({ digits }) => ours("press keys", `${path}/press`, { vendor: one.vendor, digits }), one.vendor);
    return group(`As the ${one.direction === "inbound" ? "caller" : "callee"}, or the network to there`, [...plain, keys]);
  }
}

/** Where the emulator does not tell the secret of an account: a field for it. */
export function secretOf(requests) {
  const opens = requests.find((deed) => deed.opens.secret === null);
  if (!opens) return [];
  const input = make("input", { type: "password", autocomplete: "off" });
  input.addEventListener("input", () => useSecret(opens.vendor, input.value));
  return [{ root: make("label", null, `Secret of ${opens.vendor}'s account ${opens.opens.id}, kept until this page is left`, input) }];
}
