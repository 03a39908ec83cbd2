// What somebody has lived through: the ladder and the lanes of reports, drawn anew as more happens, and what is behind one event.

import { drawLadder, drawLanes, tellEvent } from "./ladder.js";
import { make, put, visible } from "./making.js";

const same = (one, other) => one.at === other.at && one.kind === other.kind && one.text === other.text;

export class Story {
  constructor() {
    this.count = make("small");
    this.lanesRoot = make("div", { class: "timeline", tabindex: "0", role: "region", "aria-label": "States through time" });
    this.ladderRoot = make("div");
    this.behind = make("section", { id: "behind", tabindex: "0", "aria-label": "What is behind it" }, make("p", null, "Click a line, or press Enter on it, for the rule, who says so, and what it follows from."));
    this.root = make("section", { class: "story", "aria-label": "What happened" }, make("h3", null, "What happened ", this.count), this.lanesRoot, this.ladderRoot, this.behind);
    this.film = null;
    this.last = "";
    this.chosen = null;
  }

  /** Show a film: once more, where it has gone on. Whoever reads the middle of it is left there. */
  show(film) {
    const text = JSON.stringify([film.now, film.events, film.left_out]);
    if (text === this.last) return;
    const box = this.ladderRoot.querySelector(".ladder");
    const top = box && box.scrollTop + box.clientHeight < box.scrollHeight - 4 ? box.scrollTop : null;
    const inside = this.ladderRoot.contains(document.activeElement) ? document.activeElement.dataset.place : undefined;
    this.last = text;
    this.film = film;
    this.lanes = drawLanes(this.lanesRoot, film);
    this.ladder = drawLadder(this.ladderRoot, film, { follow: top === null, onSelect: (number) => this.select(number) });
    this.lanes.show(film.events.length - 1);
    this.ladder.show(film.events.length - 1);
    if (top !== null) this.back(top);
    if (inside !== undefined) this.ladderRoot.querySelector(`button[data-place="${inside}"]`)?.focus({ preventScroll: true });
    this.mark();
    put(this.count, `${film.events.length} events${film.left_out ? `, and ${film.left_out} before them` : ""}`);
  }

  /** The time up to which it is shown. */
  get now() {
    return this.film ? this.film.now : -1;
  }

  /** Who is on the ladder. */
  get names() {
    return this.film ? this.film.columns.map((column) => column.name) : [];
  }

  back(top) {
    const box = this.ladderRoot.querySelector(".ladder");
    box.scrollTop = top;
    box.dispatchEvent(new Event("scroll"));
  }

  /** The event that was chosen is chosen still, wherever it is by now. */
  mark() {
    const number = this.chosen === null ? -1 : this.film.events.findIndex((event) => same(event, this.chosen));
    const { scrollTop } = this.ladderRoot.querySelector(".ladder");
    this.ladder.select(number);
    this.back(scrollTop);
  }

  /** Tell what is behind an event. */
  select(number) {
    if (!(number >= 0)) return;
    this.chosen = this.film.events[number];
    this.ladder.select(number);
    this.behind.replaceChildren(tellEvent(this.film, number, (cause) => this.select(cause)));
    this.behind.scrollTop = 0;
  }

  /** Tell how a call or a multiparty call came to its end. */
  selectEnd(name) {
    const end = this.film && this.film.ends.find((each) => each.name === name && each.event >= 0);
    if (!end) return false;
    this.select(end.event);
    this.behind.focus();
    return true;
  }
}

/** A line that says how something ended, with a button that says why. */
export function ended(story, one, said) {
  const why = make("button", { type: "button", "aria-label": `Why ${one.name} ended` }, "why?");
  why.addEventListener("click", () => story.selectEnd(one.name));
  return make("p", null, visible(said), " ", why);
}
