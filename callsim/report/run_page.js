// The page of a report: which run is shown, up to which moment, and what is behind what was chosen.

const MANY = 60;

/** The data of the page, packed where it is long. */
async function readData() {
  const element = document.getElementById("data");
  if (element.type === "application/json") return JSON.parse(element.textContent);
  const bytes = Uint8Array.from(atob(element.textContent), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

/** The weakest ground of the rules of an event: what is only assumed goes before what is documented. */
function weakest(film, event) {
  const kinds = (event.rules || []).map((which) => film.rules[which].basis);
  return ["assumed", "disputed", "observed", "documented"].find((kind) => kinds.includes(kind)) || "";
}

function endOf(film, end, choose) {
  const over = end.event >= 0, event = film.events[end.event];
  const began = over ? film.events[chain(film, end.event).at(-1)] : null;
  const thing = end.kind === "mpc" ? `multiparty call ${end.name}` : end.name;
  const said = end.event < 0 && !end.cause ? `is still ${end.state}` : `${end.state}: ${end.cause} by ${end.by}`;
  const why = make("button", { type: "button", "aria-label": `Why ${thing} ended` }, "why?");
  why.addEventListener("click", () => choose(end.event, true));
  const ground = over ? weakest(film, event) : "";
  return make("tr", null, make("th", { scope: "row" }, thing), make("td", null, over ? time(event.at) : ""), make("td", null, said),
    make("td", null, end.words), make("td", null, began ? `${time(began.at)} ${inWords(film, began)}` : ""),
    make("td", { class: ground }, ground), make("td", null, over ? why : ""));
}

function ends(film, choose) {
  const head = ["", "at", "in the end", "in the vendor's words", "it began with", "stands on", ""].map((text) => make("th", { scope: "col" }, text || make("span", { class: "unseen" }, "what")));
  return make("table", { class: "ends" }, make("thead", null, make("tr", null, ...head)),
    make("tbody", null, ...film.ends.map((end) => endOf(film, end, choose))));
}

/** What of it nobody knows for sure: how much there is, and each with its question when opened. */
function standsOn(relied) {
  const many = ["disputed", "assumed"].map((kind) => [kind, relied.filter((each) => each[2] === kind).length]).filter(([, count]) => count);
  if (!many.length) return make("p", { class: "relied" }, "Stands on nothing disputed or assumed.");
  const each = relied.map(([id, value, kind, question]) =>
    make("li", null, make("span", { class: kind }, kind), `: ${question} Here: ${value}. `, make("code", null, id)));
  const counts = many.map(([kind, count]) => `${count} ${kind}`).join(", ");
  return make("details", { class: "relied" }, make("summary", null, `Stands on what nobody knows for sure: ${counts}`), make("ul", null, ...each));
}

function heading(run, several) {
  const assumed = run.assume.map(([id, value]) => `${id}=${value}`).join(", ");
  const verdict = run.verdict ? make("p", null, "What the scenario expects: ", make("strong", { class: run.verdict.split(" ")[0] }, run.verdict),
    " (in the model; no real platform was asked)") : "";
  return [
    make("h2", null, several ? run.name : run.film.vendor), several ? "" : make("p", { class: "about" }, run.about), verdict,
    assumed ? make("p", { class: "relied" }, `Assumed here: ${assumed}`) : "",
    run.failures.length ? make("ul", { class: "failures" }, ...run.failures.map((text) => make("li", null, text))) : "",
    run.verdict ? standsOn(run.relied) : "",
  ];
}

/** One run beside others: its end, its lanes and its ladder. */
class Side {
  constructor(run, page, several, differs) {
    this.differs = differs;
    this.run = run;
    this.film = run.film;
    this.page = page;
    this.lanesRoot = make("div", { class: "timeline", tabindex: "0", role: "region", "aria-label": "States through time" });
    this.ladderRoot = make("div");
    const left = this.film.left_out ? make("p", { class: "about" }, `${this.film.left_out} earlier events are left out.`) : "";
    const ended = this.film.ends.length > MANY ? this.folded() : ends(this.film, (event) => page.choose(this, event));
    this.element = make("section", { class: "side", "aria-label": run.name }, ...heading(run, several), ended,
      make("h3", null, `States from 0s to ${time(this.film.now)}`), this.lanesRoot, make("h3", null, "The ladder"), left, this.ladderRoot);
  }

  /** How many ended, to be opened. */
  folded() {
    const folded = make("details", null, make("summary", null, `How ${this.film.ends.length} calls and multiparty calls ended`));
    folded.addEventListener("toggle", () => folded.append(ends(this.film, (event) => this.page.choose(this, event))), { once: true });
    return folded;
  }

  draw(about, minor) {
    this.lanes ||= drawLanes(this.lanesRoot, this.film);
    this.ladder = drawLadder(this.ladderRoot, this.film, { about, minor, differs: this.differs, onSelect: (event) => this.page.choose(this, event) });
  }

  /** The number of the event that is the so-manieth step; the last one where there are fewer. */
  eventAt(step) {
    const rows = this.ladder.rows;
    return step <= 0 || !rows.length ? -1 : rows[Math.min(step, rows.length) - 1];
  }

  show(step, still) {
    const event = this.eventAt(step);
    this.ladder.show(event, still);
    this.lanes.show(event);
    return event;
  }
}

class Page {
  constructor(data) {
    this.runs = data.runs;
    this.groups = data.groups;
    this.form = document.getElementById("controls");
    this.behind = document.getElementById("behind");
    this.sides = [];
    const fields = this.form.elements;
    fields.which.append(...this.groups.map((group, number) => make("option", { value: number }, group.name)));
    document.getElementById("which").hidden = this.groups.length < 2;
    fields.which.addEventListener("input", () => this.open(Number(fields.which.value)));
    for (const name of ["about", "minor"]) fields[name].addEventListener("input", () => this.draw());
    fields.step.addEventListener("input", () => this.show());
    fields.back.addEventListener("click", () => this.move(-1));
    fields.on.addEventListener("click", () => this.move(1));
    this.form.addEventListener("submit", (happening) => happening.preventDefault());
    document.addEventListener("keydown", (happening) => this.key(happening));
    const wish = new URLSearchParams(location.hash.slice(1));
    const wanted = Number(wish.get("run") || 0);
    fields.which.value = String(this.groups[wanted] ? wanted : 0);
    this.open(Number(fields.which.value), wish.has("step") ? Number(wish.get("step")) : undefined);
  }

  open(number, step) {
    const group = this.groups[number], several = group.runs.length > 1;
    this.sides = group.runs.map((which, place) => new Side(this.runs[which], this, several, group.differs[place]));
    document.getElementById("title").textContent = group.title;
    const root = document.getElementById("sides");
    root.style.setProperty("--sides", String(this.sides.length));
    root.replaceChildren(...this.sides.map((side) => side.element));
    document.getElementById("main").className = several ? "several" : "one";
    const alike = new Set(this.sides.map((side) => JSON.stringify(side.film.ends.map(({ name, state, cause, by }) => [name, state, cause, by])))).size === 1;
    document.getElementById("alike").textContent = !several ? "" : alike ? "In the end they come to the same." : "In the end they come to different things.";
    const names = [...new Set(this.sides.flatMap((side) => side.film.lanes.map((lane) => lane.name)))];
    this.form.elements.about.replaceChildren(make("option", { value: "" }, "all"), ...names.map((name) => make("option", { value: name }, name)));
    this.behind.replaceChildren(make("p", null, "Nothing is chosen yet: click a line, or how something ended."));
    // A ladder of a hundred rungs across is for nobody: of many, one is shown first.
    if (names.length > MANY) this.form.elements.about.value = names[0];
    this.draw(step);
  }

  draw(step) {
    const about = this.form.elements.about.value, minor = this.form.elements.minor.checked;
    for (const side of this.sides) {
      const lane = side.film.lanes.findIndex((each) => each.name === about);
      side.draw(about === "" ? undefined : lane, minor);
    }
    const field = this.form.elements.step;
    field.max = String(Math.max(...this.sides.map((side) => side.ladder.rows.length)));
    const beginning = this.beginning(Number(field.max));
    field.value = String(step === undefined ? beginning : step);
    // Where all has happened it is read from the top.
    this.show(step === undefined && beginning === Number(field.max));
  }

  /** Where somebody begins to look: at the first difference, or at the end. */
  beginning(last) {
    const places = this.sides.map((side) => side.ladder.rows.indexOf(side.differs) + 1).filter((place) => place > 0);
    return places.length ? Math.min(...places) : last;
  }

  show(still = false) {
    const step = Number(this.form.elements.step.value);
    const events = this.sides.map((side) => side.show(step, still));
    const film = this.sides[0].film, event = events[0];
    document.getElementById("where").textContent = event < 0 ? `before anything has happened, of ${this.form.elements.step.max} steps` :
      `step ${step} of ${this.form.elements.step.max}, at ${time(film.events[event].at)}: ${inWords(film, film.events[event])}`;
    history.replaceState(null, "", `#run=${this.form.elements.which.value || 0}&step=${step}`);
  }

  move(by) {
    const field = this.form.elements.step;
    field.value = String(Number(field.value) + by);
    this.show();
  }

  choose(side, event) {
    if (event < 0) return;
    const place = side.ladder.rows.indexOf(event);
    if (place >= 0) {
      this.form.elements.step.value = String(place + 1);
      this.show();
    }
    for (const each of this.sides) each.ladder.select(each === side ? event : -1);
    this.behind.replaceChildren(tellEvent(side.film, event, (cause) => this.choose(side, cause)));
    this.behind.scrollTop = 0;
    if (this.sides.length > 1 || window.innerWidth < 1280) this.behind.scrollIntoView({ block: "nearest" });
  }

  key(happening) {
    if (happening.target.closest("input, select, textarea, pre") || happening.ctrlKey || happening.metaKey || happening.altKey) return;
    const field = this.form.elements.step;
    const to = { ArrowLeft: Number(field.value) - 1, ArrowRight: Number(field.value) + 1, Home: 0, End: Number(field.max) }[happening.key];
    if (to === undefined) return;
    happening.preventDefault();
    field.value = String(to);
    this.show();
  }
}

readData().then((data) => new Page(data));
