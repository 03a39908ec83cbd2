// The ladder, the lanes and the state charts of a film (see callsim/report/film.py), and what is behind each event of it.
// Nothing is loaded, nothing leaves the page, and whatever people wrote is text.

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

/** The state of every lane once the event of this number has happened; an empty one where a thing does not exist yet. */
export function statesAt(film, number) {
  return film.lanes.map((lane) => {
    let state = "";
    for (const [event, to] of lane.moves) {
      if (event > number) break;
      state = to;
    }
    return state;
  });
}

/** Who says what to whom, in words: for those who hear a page, and for what is told of an event. */
export function inWords(film, event) {
  const from = film.columns[event.from].label, to = film.columns[event.to].label;
  const what = event.note ? `${event.text}, ${event.note}` : event.text;
  return event.from === event.to ? `${from}: ${what}` : `${from} to ${to}: ${what}`;
}

// -- the ladder ---------------------------------------------------------------------------------------------------------

function mark(film, event) {
  const first = Math.min(event.from, event.to), span = Math.abs(event.to - event.from);
  const kind = `what ${event.kind}` + (STATES.includes(event.text) ? ` is-${event.text}` : "");
  const text = make("span", { class: "text" }, event.text, event.note ? make("small", null, ` ${event.note}`) : "");
  if (span === 0 || event.kind === "member") {
    const column = event.kind === "member" ? event.to : event.from;
    const box = make("span", { class: `${kind} box`, style: `--from:${column};--span:1` }, text);
    if (event.kind !== "member" || span === 0) return box;
    return make("span", { class: "pair" }, make("span", { class: "tie", style: `--from:${first};--span:${span}` }), box);
  }
  const turn = event.to < event.from ? " left" : "";
  return make("span", { class: `${kind} arrow${turn}`, style: `--from:${first};--span:${span}` }, text);
}

/** Moves what is inside a box, and not the page around it, until a row of it is seen. */
function bringIntoView(box, row) {
  const inside = box.getBoundingClientRect(), place = row.getBoundingClientRect(), head = 40;
  if (place.top < inside.top + head) box.scrollTop -= inside.top + head - place.top;
  if (place.bottom > inside.bottom) box.scrollTop += place.bottom - inside.bottom;
}

/** Draws the ladder of a film below an element. `options.onSelect(number)` hears which event was chosen; `options.minor` draws what
 * changes nothing, too; `options.about` is the number of a lane whose events alone are drawn; `options.differs` the number of an
 * event that is marked as the first difference. Gives back `{show(number), select(number), rows}`: the numbers of the events drawn. */
export function drawLadder(root, film, options = {}) {
  const wanted = (event) => (options.minor || !event.minor) && (options.about === undefined || (event.about || []).includes(options.about));
  const rows = film.events.map((_, number) => number).filter((number) => wanted(film.events[number]));
  const heads = film.columns.map((column, number) =>
    make("span", { class: `head ${column.kind}`, style: `--from:${number};--span:1` }, column.label));
  const list = make("ol", { class: "events", "aria-label": "What happened, in order" });
  const places = new Map();
  let before = null;
  for (const number of rows) {
    const event = film.events[number];
    const clock = make("span", { class: "at" }, event.at === before ? "" : time(event.at));
    const button = make("button", { type: "button", "data-event": number, "aria-label": `${time(event.at)}, ${inWords(film, event)}` },
      clock, make("span", { class: "lines", "aria-hidden": "true" }, mark(film, event)));
    const differs = options.differs === number;
    const row = make("li", { class: (event.at === before ? "" : "instant") + (differs ? " differs" : "") },
      differs ? make("strong", { class: "first-difference" }, "The first difference") : "", button);
    places.set(number, row);
    list.append(row);
    before = event.at;
  }
  const ladder = make("div", { class: "ladder", style: `--columns:${film.columns.length}` },
    make("div", { class: "heads", "aria-hidden": "true" }, make("span", { class: "at" }), make("span", { class: "lines" }, ...heads)), list);
  root.replaceChildren(ladder);
  let shown = null, chosen = null;
  list.addEventListener("click", (happening) => {
    const button = happening.target.closest("button");
    if (button && options.onSelect) options.onSelect(Number(button.dataset.event));
  });
  list.addEventListener("keydown", (happening) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[happening.key];
    const row = happening.target.closest("li");
    const next = step === 1 ? row && row.nextElementSibling : step === -1 ? row && row.previousElementSibling : null;
    if (!next) return;
    happening.preventDefault();
    happening.stopPropagation();
    next.querySelector("button").focus();
  });
  function change(old, number, name) {
    if (old) old.classList.remove(name);
    const row = places.get(number) || null;
    if (row) row.classList.add(name);
    return row;
  }
  return {
    rows,
    /** The event that has happened last; all after it are still to come. -1: none has. */
    show(number) {
      list.classList.toggle("not-begun", number < 0);
      shown = change(shown, number, "now");
      if (shown && options.follow !== false) bringIntoView(ladder, shown);
    },
    select(number) {
      if (chosen) chosen.querySelector("button").removeAttribute("aria-current");
      chosen = change(chosen, number, "chosen");
      if (chosen) chosen.querySelector("button").setAttribute("aria-current", "true");
    },
  };
}

// -- lanes and charts ---------------------------------------------------------------------------------------------------

/** One lane for each call, multiparty call and participant, coloured by state through time, with its state chart beside it; gives
 * back `{show(number)}`, which lights up the states and moves the line that is now. */
export function drawLanes(root, film) {
  const whole = Math.max(film.now, 1);
  const rows = film.lanes.map((lane) => {
    const bar = make("span", { class: "bar", "aria-hidden": "true" });
    lane.moves.forEach(([event, state], number) => {
      const from = film.events[event].at, next = lane.moves[number + 1];
      const until = next ? film.events[next[0]].at : film.charts[lane.kind].final.includes(state) ? from : whole;
      if (until === from && number < lane.moves.length - 1) return;
      bar.append(make("span", { class: `part is-${state}`, title: `${state}, ${time(from)} to ${time(until)}`,
        style: `left:${(from / whole) * 100}%;width:${((until - from) / whole) * 100}%` }));
    });
    const states = new Map(film.charts[lane.kind].states.map((state) => [state, make("span", { class: `state is-${state}` }, state)]));
    const row = make("li", { class: `lane ${lane.kind}` }, make("span", { class: "name" }, lane.name),
      make("span", { class: "chart" }, ...states.values()), bar);
    return { row, states, heard: make("span", { class: "unseen" }) };
  });
  rows.forEach(({ row, heard }) => row.append(heard));
  const now = make("span", { class: "now-line", "aria-hidden": "true" });
  root.replaceChildren(make("ul", { class: "lanes" }, ...rows.map(({ row }) => row)), now);
  return {
    show(number) {
      const states = statesAt(film, number);
      rows.forEach(({ row, states: known, heard }, place) => {
        if (row.dataset.state === states[place]) return;
        row.dataset.state = states[place];
        for (const [state, element] of known) element.classList.toggle("lit", state === states[place]);
        heard.textContent = states[place] ? `is ${states[place]}` : "does not exist yet";
      });
      const at = number < 0 ? 0 : film.events[number].at;
      root.style.setProperty("--now", String(at / whole));
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
  const choice = rule.assumption ? ` (switch ${rule.assumption}, here ${rule.choice})` : "";
  return make("section", { class: "rule" },
    make("h4", null, make("code", null, rule.id)),
    make("p", null, rule.why), make("p", { class: "says" }, rule.says),
    make("p", { class: `basis ${rule.basis}` }, `${rule.basis}${choice}`),
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
    const last = place === links.length - 1 && place > 0 ? " (the first cause)" : "";
    return make("li", null, name, last);
  });
  const all = (name, ...children) => make("section", null, make("h3", null, name), ...children);
  return make("div", { class: "told" },
    make("h2", null, inWords(film, event)),
    make("p", null, `At ${time(event.at)} of the world's time.`),
    rules.length ? all(rules.length > 1 ? "The rules, the one that decided first" : "The rule", ...rules.map(tellRule)) : "",
    all("Why: back to the first cause", make("ol", { class: "causes" }, ...causes)),
    event.more ? all("What was sent", make("pre", { tabindex: "0" }, JSON.stringify(event.more, null, 1))) : "");
}
