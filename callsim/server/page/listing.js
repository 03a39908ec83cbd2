// Lists of what there is, one page of each at a time. A list that changes keeps its rows, and the focus in them.

import { found } from "./asking.js";
import { clockTime, make, put, visible } from "./making.js";

const AT_ONCE = 50;

/** What a call's row says, cell by cell; the first is what chooses it. */
function ofCall(row) {
  const ending = row.ending ? `${row.ending.cause} by ${row.ending.by}${row.words ? ` (${row.words})` : ""}` : "";
  return [row.name, row.vendor, `${row.from} \u2192 ${row.to}`, row.state, clockTime(row.since), ending];
}

function ofRoom(row) {
  const count = Object.entries(row.count).map(([state, figure]) => `${figure} ${state}`).join(", ");
  return [row.name, row.vendor, row.state, clockTime(row.since), count || "nobody"];
}

export const KINDS = {
  call: { path: "list/calls", rows: "calls", words: ofCall, state: 3, figure: 4 },
  room: { path: "list/multiparty_calls", rows: "rooms", words: ofRoom, state: 2, figure: 3 },
};

/** One list, of calls or of multiparty calls. `choose(kind, vendor, name)` is told what somebody chooses. */
export class Listing {
  constructor(kind, choose) {
    this.kind = kind;
    this.about = KINDS[kind];
    this.body = document.getElementById(this.about.rows);
    this.count = document.getElementById(`${this.about.rows}-count`);
    this.pages = document.getElementById(`${this.about.rows}-pages`);
    this.offset = 0;
    this.wish = {};
    this.known = new Map();
    this.chosen = "";
    this.body.addEventListener("click", (event) => {
      const row = event.target.closest("button") && event.target.closest("tr");
      if (row) choose(kind, row.dataset.vendor, row.dataset.name);
    });
  }

  /** Show others, from the first on. */
  wants(wish) {
    this.wish = wish;
    this.offset = 0;
    return this.refresh();
  }

  async refresh() {
    const asked = { ...this.wish, offset: this.offset, limit: AT_ONCE };
    const listed = await found(this.about.path, asked);
    if (!listed.rows.length && this.offset) {
      this.offset = Math.max(0, Math.floor((listed.total - 1) / AT_ONCE) * AT_ONCE);
      return this.refresh();
    }
    this.show(listed);
  }

  show({ rows, total }) {
    const focused = document.activeElement;
    const gone = new Map(this.known);
    rows.forEach((row, place) => {
      const key = `${row.vendor}/${row.name}`;
      gone.delete(key);
      const element = this.row(key, row);
      const there = this.body.children[place];
      if (there !== element) this.body.insertBefore(element, there || null);
    });
    for (const [key, element] of gone) {
      element.remove();
      this.known.delete(key);
    }
    // A row that has moved has lost the focus it had.
    if (focused !== document.activeElement && this.body.contains(focused)) focused.focus({ preventScroll: true });
    put(this.count, String(total));
    this.turn(rows.length, total);
    this.mark(this.chosen);
  }

  row(key, row) {
    const words = this.about.words(row).map(visible);
    let element = this.known.get(key);
    if (!element) {
      const cells = words.map((_, place) => (place ? make("td", { class: place === this.about.figure ? "figure" : null }) : make("th", { scope: "row" }, make("button", { type: "button", class: "link" }))));
      element = make("tr", { "data-vendor": row.vendor, "data-name": row.name }, ...cells);
      this.known.set(key, element);
    }
    words.forEach((word, place) => put(place ? element.children[place] : element.querySelector("button"), word));
    element.children[this.about.state].className = row.state;
    return element;
  }

  /** Mark the row of what is chosen. */
  mark(key) {
    this.chosen = key;
    for (const [each, element] of this.known) {
      element.toggleAttribute("data-chosen", each === key);
      const press = element.querySelector("button");
      if (each === key) press.setAttribute("aria-current", "true");
      else press.removeAttribute("aria-current");
    }
  }

  /** Buttons that turn the page, where there is more than one. */
  turn(shown, total) {
    if (total <= AT_ONCE && !this.offset) return this.pages.replaceChildren();
    if (!this.pages.children.length) {
      const step = (by) => () => {
        this.offset = Math.max(0, this.offset + by * AT_ONCE);
        this.refresh();
      };
      const back = make("button", { type: "button" }, "Later ones");
      const on = make("button", { type: "button" }, "Earlier ones");
      back.addEventListener("click", step(-1));
      on.addEventListener("click", step(1));
      this.pages.replaceChildren(back, make("span"), on);
    }
    const [back, which, on] = this.pages.children;
    back.disabled = !this.offset;
    on.disabled = this.offset + shown >= total;
    put(which, `${this.offset + 1} to ${this.offset + shown} of ${total}`);
  }
}
