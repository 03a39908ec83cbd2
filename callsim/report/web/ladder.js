// The ladder, the lanes and the state charts of a film (see callsim/report/film.py), and what is behind each event of it.
// Nothing is loaded, nothing leaves the page, and whatever people wrote is text.

const ROW = 34, LANE = 28, LANE_IN_TWO = 48, NARROW = 700, MOST_ON_PAPER = 4000;
const BASES = { documented: "a page or a standard says so", observed: "software or people were seen to do so",
  disputed: "sources contradict each other", assumed: "nobody says so; it is a guess that can be turned round" };
const STATES = ["queued", "ringing", "in-progress", "completed", "initialized", "active", "ended", "joining", "exited"];

/** An element with these attributes and children; a text is a text, whatever is in it. */
export function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

/** Milliseconds as people write them: 1m1.5s. */
export function time(ms) {
  if (ms < 1000) return ms === 0 ? "0s" : `${ms}ms`;
  const hours = Math.floor(ms / 3600000), minutes = Math.floor(ms / 60000) % 60, rest = ms % 60000;
  return (hours ? `${hours}h` : "") + (minutes ? `${minutes}m` : "") + (rest ? `${rest / 1000}s` : "");
}

/** The numbers of an event and of all it follows from, back to the first. */
export function chain(film, number) {
  const found = [];
  for (let at = number; at !== undefined && at >= 0 && found.length < 10000; at = film.events[at].because) found.push(at);
  return found;
}

/** Who says what to whom, in words: for those who hear a page, and for what is told of an event. */
export function inWords(film, event) {
  const from = film.columns[event.from].label, to = film.columns[event.to].label;
  const what = event.note ? `${event.text}, ${event.note}` : event.text;
  return event.from === event.to ? `${from}: ${what}` : `${from} to ${to}: ${what}`;
}

// -- the ladder ---------------------------------------------------------------------------------------------------------

function mark(event, where) {
  const from = where.get(event.from), to = where.get(event.to), first = Math.min(from, to), span = Math.abs(to - from);
  const kind = `what ${event.kind}` + (STATES.includes(event.text) ? ` is-${event.text}` : "");
  const text = make("span", { class: "text" }, event.text, event.note ? make("small", null, ` ${event.note}`) : "");
  if (span === 0 || event.kind === "member") {
    const column = event.kind === "member" ? to : from;
    const box = make("span", { class: `${kind} box`, style: `--from:${column};--span:1` }, text);
    if (event.kind !== "member" || span === 0) return box;
    return make("span", { class: "pair" }, make("span", { class: "tie", style: `--from:${first};--span:${span}` }), box);
  }
  const turn = to < from ? " left" : "";
  return make("span", { class: `${kind} arrow${turn}`, style: `--from:${first};--span:${span}` }, text);
}

/** Keeps of so many rows of one height those in a list that can be seen in a box, and the one that has the focus; all of them on
 * paper. `draw(place)` makes a row. Gives back the rows there are by their places, `look()`, which looks again at what can be seen,
 * and `bring(place)`, which moves what is inside the box, and not the page around it, until that row is seen. */
function windowed(box, list, count, height, draw) {
  const drawn = new Map(), spare = 12;
  list.style.height = `${count * height}px`;
  function put(place) {
    if (drawn.has(place)) return drawn.get(place);
    const row = draw(place);
    row.style.top = `${place * height}px`;
    row.setAttribute("aria-setsize", String(count));
    row.setAttribute("aria-posinset", String(place + 1));
    const after = [...drawn.keys()].filter((each) => each > place).sort((one, other) => one - other)[0];
    list.insertBefore(row, after === undefined ? null : drawn.get(after));
    drawn.set(place, row);
    return row;
  }
  function look(everything) {
    const top = box.scrollTop - list.offsetTop;
    const first = everything ? 0 : Math.max(0, Math.floor(top / height) - spare);
    const last = everything ? count - 1 : Math.min(count - 1, Math.ceil((top + (box.clientHeight || 800)) / height) + spare);
    for (const [place, row] of drawn) {
      if ((place < first || place > last) && !row.contains(document.activeElement)) {
        row.remove();
        drawn.delete(place);
      }
    }
    for (let place = first; place <= last; place += 1) put(place);
  }
  function bring(place) {
    const head = list.offsetTop, top = place * height, room = box.clientHeight - head;
    if (top < box.scrollTop || top + height > box.scrollTop + room) box.scrollTop = Math.max(0, top - room / 2);
    look(false);
  }
  box.addEventListener("scroll", () => look(false), { passive: true });
  const printed = () => box.isConnected && look(count <= MOST_ON_PAPER);
  window.addEventListener("beforeprint", printed);
  let there = false;
  new ResizeObserver((_, observer) => {
    // A page that draws again and again keeps nothing of what it has taken away.
    if (there && !box.isConnected) {
      window.removeEventListener("beforeprint", printed);
      return observer.disconnect();
    }
    there ||= box.isConnected;
    look(false);
  }).observe(box);
  return { drawn, look, bring };
}

/** Draws the ladder of a film below an element. `options.onSelect(number)` hears which event was chosen; `options.minor` draws what
 * changes nothing, too; `options.about` is the number of a lane whose events alone are drawn, between those whom they concern;
 * `options.differs` the number of an event that is marked as the first difference. Gives back `{show(number), select(number), rows}`:
 * the numbers of the events drawn. */
export function drawLadder(root, film, options = {}) {
  const wanted = (event) => (options.minor || !event.minor) && (options.about === undefined || (event.about || []).includes(options.about));
  const rows = film.events.map((_, number) => number).filter((number) => wanted(film.events[number]));
  const places = new Map(rows.map((number, place) => [number, place]));
  const used = new Set([0, 1, ...rows.flatMap((number) => [film.events[number].from, film.events[number].to])]);
  const columns = film.columns.map((_, number) => number).filter((number) => options.about === undefined || used.has(number));
  const where = new Map(columns.map((number, place) => [number, place]));
  const heads = columns.map((number, place) =>
    make("span", { class: `head ${film.columns[number].kind}`, style: `--from:${place};--span:1` }, film.columns[number].label));
  const list = make("ol", { class: "events", "aria-label": "What happened, in order" });
  const ladder = make("div", { class: "ladder", style: `--columns:${columns.length}` },
    make("div", { class: "heads", "aria-hidden": "true" }, make("span", { class: "at" }), make("span", { class: "lines" }, ...heads)), list);
  let shown = rows.length - 1, chosen = -1;

  function mend(place, row) {
    row.classList.toggle("now", place === shown);
    row.classList.toggle("later", place > shown);
    row.classList.toggle("chosen", place === chosen);
    const button = row.querySelector("button");
    if (place === chosen) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
  function draw(place) {
    const number = rows[place], event = film.events[number];
    const first = place === 0 || film.events[rows[place - 1]].at !== event.at;
    const differs = options.differs === number;
    const button = make("button", { type: "button", "data-place": place },
      make("span", { class: "unseen" }, `${differs ? "The first difference. " : ""}${time(event.at)}, ${inWords(film, event)}`),
      make("span", { class: "at", "aria-hidden": "true" }, first ? time(event.at) : ""),
      make("span", { class: "lines", "aria-hidden": "true" }, mark(event, where), differs ? make("strong", { class: "first-difference" }, "the first difference") : ""));
    const row = make("li", { class: (first ? "instant" : "") + (differs ? " differs" : "") }, button);
    mend(place, row);
    return row;
  }
  root.replaceChildren(ladder);
  const view = windowed(ladder, list, rows.length, ROW, draw);
  const again = () => view.drawn.forEach((row, place) => mend(place, row));
  list.addEventListener("click", (happening) => {
    const button = happening.target.closest("button");
    if (button && options.onSelect) options.onSelect(rows[Number(button.dataset.place)]);
  });
  list.addEventListener("keydown", (happening) => {
    const button = happening.target.closest("button");
    const next = button && Number(button.dataset.place) + ({ ArrowDown: 1, ArrowUp: -1 }[happening.key] || NaN);
    if (!(next >= 0 && next < rows.length)) return;
    happening.preventDefault();
    view.bring(next);
    view.drawn.get(next).querySelector("button").focus();
  });
  view.look(false);
  return {
    rows,
    /** The event that has happened last; all after it are still to come. -1: none has. */
    show(number, still) {
      shown = number < 0 ? -1 : places.has(number) ? places.get(number) : rows.findLastIndex((each) => each <= number);
      if (options.follow !== false && !still) view.bring(Math.max(shown, 0));
      again();
    },
    select(number) {
      chosen = places.has(number) ? places.get(number) : -1;
      if (chosen >= 0) view.bring(chosen);
      again();
    },
  };
}

// -- lanes and charts ---------------------------------------------------------------------------------------------------

function barOf(film, lane, whole) {
  const bar = make("span", { class: "bar", "aria-hidden": "true" });
  lane.moves.forEach(([event, state], number) => {
    const from = film.events[event].at, next = lane.moves[number + 1];
    const until = next ? film.events[next[0]].at : film.charts[lane.kind].final.includes(state) ? from : whole;
    if (until === from && next) return;
    bar.append(make("span", { class: `part is-${state}`, title: `${state}, ${time(from)} to ${time(until)}`,
      style: `left:${(from / whole) * 100}%;width:${((until - from) / whole) * 100}%` }));
  });
  return bar;
}

/** The state of a lane once the event of this number has happened; empty before it exists. */
function stateAt(lane, number) {
  let state = "";
  for (const [event, to] of lane.moves) {
    if (event > number) break;
    state = to;
  }
  return state;
}

/** One lane for each call, multiparty call and participant, coloured by state through time, with its state chart beside it; gives
 * back `{show(number)}`, which lights up the states and moves the line that is now. */
export function drawLanes(root, film) {
  const whole = Math.max(film.now, 1), list = make("ul", { class: "lanes" });
  let shown = film.events.length - 1;

  function mend(place, row) {
    const state = stateAt(film.lanes[place], shown);
    for (const element of row.querySelectorAll(".state")) element.classList.toggle("lit", element.textContent === state);
    row.querySelector(".unseen").textContent = state ? `is ${state}` : "does not exist yet";
  }
  function draw(place) {
    const lane = film.lanes[place];
    const states = film.charts[lane.kind].states.map((state) => make("span", { class: `state is-${state}`, "aria-hidden": "true" }, state));
    const row = make("li", { class: `lane ${lane.kind}` }, make("span", { class: "name" }, lane.name), make("span", { class: "chart" }, ...states),
      barOf(film, lane, whole), make("span", { class: "unseen" }));
    mend(place, row);
    return row;
  }
  root.replaceChildren(list);
  const narrow = root.clientWidth > 0 && root.clientWidth < NARROW;
  root.classList.toggle("narrow", narrow);
  const view = windowed(root, list, film.lanes.length, narrow ? LANE_IN_TWO : LANE, draw);
  view.look(false);
  return {
    show(number) {
      shown = number;
      root.style.setProperty("--now", String((number < 0 ? 0 : film.events[number].at) / whole));
      view.drawn.forEach((row, place) => mend(place, row));
    },
  };
}

// -- what is behind an event --------------------------------------------------------------------------------------------

function source(evidence) {
  const web = /^https?:\/\//.test(evidence.source);
  const name = web ? make("a", { href: evidence.source, rel: "noreferrer" }, evidence.source) : evidence.source;
  return make("li", null, name, ` (seen ${evidence.seen})`, evidence.says ? `: ${evidence.says}` : "");
}

/** A rule: its id, why it is so, what it says, and on whose word. */
export function tellRule(rule) {
  const open = rule.assumption ? make("p", null, `${rule.question} Here: ${rule.choice}. `, make("small", null, `(switch ${rule.assumption})`)) : "";
  const sources = rule.assumption ? "Nearest to a source, and it does not settle that:" : "Who says so:";
  return make("section", { class: "rule" },
    make("h4", null, make("code", null, rule.id)),
    make("p", null, rule.why), make("p", { class: "says" }, rule.says),
    make("p", { class: `basis ${rule.basis}`, title: BASES[rule.basis] }, `${rule.basis}: ${BASES[rule.basis]}`), open,
    rule.evidence.length ? make("p", { class: "says" }, sources) : "",
    rule.evidence.length ? make("ul", { class: "sources" }, ...rule.evidence.map(source)) : "");
}

/** All that is known of an event: when, who, the rules it stands on with their sources, what it follows from back to its first
 * cause, and what was sent. `onSelect(number)` hears when somebody goes to one of its causes. */
export function tellEvent(film, number, onSelect) {
  const event = film.events[number];
  const rules = (event.rules || []).map((which) => film.rules[which]);
  const links = chain(film, number);
  const causes = links.map((each, place) => {
    const one = film.events[each];
    const text = `${time(one.at)}  ${inWords(film, one)}`;
    const name = place === 0 ? make("strong", null, text) : make("button", { type: "button", class: "link" }, text);
    if (place > 0 && onSelect) name.addEventListener("click", () => onSelect(each));
    const last = place === links.length - 1 && place > 0 ? " (where it began)" : "";
    return make("li", null, name, last);
  });
  const all = (name, ...children) => make("section", null, make("h3", null, name), ...children);
  return make("div", { class: "told" },
    make("h2", null, inWords(film, event)),
    make("p", null, `At ${time(event.at)}.`),
    all("Why: back to where it began", make("ol", { class: "causes" }, ...causes)),
    rules.length ? all(rules.length > 1 ? "The rules, the one that decided first" : "The rule", ...rules.map(tellRule)) : "",
    event.more ? all("What was sent", make("pre", { tabindex: "0" }, JSON.stringify(event.more, null, 1))) : "");
}
