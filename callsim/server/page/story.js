// What somebody has lived through, line by line: each tells, when it is opened, by which rules it happened and from what it followed.

import { told } from "./deeds.js";
import { clockTime, make, put, visible } from "./making.js";

/** How many of the latest lines are shown before somebody asks for the others. */
const FEW = 60;
const WORDS = {
  request: "request", answer: "answer", far: "far party", carrier: "network", document: "document", fetch: "asks for a document", callback: "callback",
  timer: "clock", state: "state", member: "takes part", talk: "talks", action: "runs", stays: "stays", warning: "warning",
};

function line(film, event) {
  const from = film.columns[event.from];
  const who = event.kind === "far" ? from.label : event.kind === "state" || event.kind === "member" ? from.name : "";
  return visible([who, event.text, event.note ? `(${event.note})` : ""].filter(Boolean).join(" "));
}

export class Story {
  constructor() {
    this.list = make("ol", { class: "story" });
    this.count = make("small");
    this.all = make("button", { type: "button" }, "Show the earlier ones");
    this.all.addEventListener("click", () => {
      this.most = Infinity;
      this.show(this.film);
      this.list.querySelector("button").focus();
    });
    this.root = make("section", { "aria-label": "What happened" }, make("h3", null, "What happened ", this.count), this.all, this.list);
    this.film = null;
    this.most = FEW;
    this.rows = [];
    this.first = -1;
  }

  /** Show a film. Lines that are there already stay, with what is open in them. */
  show(film) {
    this.film = film;
    const first = Math.max(0, film.events.length - this.most);
    const stays = this.rows.length && first === this.first && film.left_out === this.leftOut;
    this.leftOut = film.left_out;
    if (!stays) {
      this.list.replaceChildren();
      this.rows = [];
      this.first = first;
    }
    film.events.slice(first).forEach((event, place) => this.row(place, first + place, event));
    for (const row of this.rows.splice(film.events.length - first)) row.remove();
    this.all.hidden = !first;
    put(this.count, `${film.events.length}${film.left_out ? `, and ${film.left_out} before them` : ""}`);
  }

  row(place, number, event) {
    const said = `${clockTime(event.at)} ${line(this.film, event)}`;
    const known = this.rows[place];
    if (known && known.dataset.said === said) return;
    const press = make("button", { type: "button", class: "link", "aria-expanded": "false" },
      make("span", { class: "at" }, clockTime(event.at)), make("span", { class: "kind" }, WORDS[event.kind] || event.kind), make("span", { class: `what ${event.kind === "state" ? event.text : ""}` }, line(this.film, event)));
    const row = make("li", { id: `event-${number}`, "data-said": said, class: event.minor ? "minor" : null }, press);
    press.addEventListener("click", () => this.toggle(row, press, number));
    if (known) known.replaceWith(row);
    else this.list.append(row);
    this.rows[place] = row;
  }

  toggle(row, press, number) {
    const open = press.getAttribute("aria-expanded") === "true";
    press.setAttribute("aria-expanded", String(!open));
    if (open) row.lastElementChild.remove();
    else row.append(this.details(number));
  }

  details(number) {
    const { events, rules } = this.film;
    const event = events[number];
    const parts = (event.rules || []).map((place) => make("section", null, make("h4", null, make("code", null, rules[place].id)), told(rules[place])));
    if (!parts.length) parts.push(make("p", null, "No rule decided this: somebody outside did it."));
    if (event.more) parts.push(make("pre", { tabindex: "0", "aria-label": "What was sent" }, visible(JSON.stringify(event.more, null, 1)).replaceAll("\\u{a}", "\n")));
    parts.push(this.causes(event));
    return make("div", { class: "more" }, ...parts);
  }

  /** The chain of causes, back to whoever began it. */
  causes(event) {
    const chain = [];
    for (let at = event.because; at !== undefined && at >= 0 && chain.length < 100; at = this.film.events[at].because) chain.push(at);
    if (!chain.length) return make("p", null, "Nothing here led to it: it is where it began.");
    const items = chain.map((at) => make("li", null, `${clockTime(this.film.events[at].at)} ${WORDS[this.film.events[at].kind]}: ${line(this.film, this.film.events[at])}`));
    return make("div", null, make("p", null, "It followed from"), make("ol", { class: "causes" }, ...items));
  }
}
