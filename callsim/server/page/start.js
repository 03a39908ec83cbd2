// The inspector: what happens in a running emulator as it happens, and buttons that let more of it happen.

import { Locked, found, ours, useToken } from "./asking.js";
import { Chosen, secretOf } from "./chosen.js";
import { asked, button, group } from "./deeds.js";
import { Listing } from "./listing.js";
import { announce, clockTime, make, put, visible } from "./making.js";
import { watch } from "./watching.js";

/** So many milliseconds are at least between two looks: whatever changes in between is seen with the second. */
const BREATH = 250;
const at = (id) => document.getElementById(id);

let world = null;
let told = { now: 0, due: null, when: 0 };

// -- what is chosen -----------------------------------------------------------------------------------------------------

function address() {
  const [kind, vendor, name] = location.hash.slice(1).split("/").map(decodeURIComponent);
  return ["call", "room"].includes(kind) && name ? [kind, vendor, name] : null;
}

function choose(kind, vendor, name) {
  const hash = `#${[kind, vendor, name].map(encodeURIComponent).join("/")}`;
  if (location.hash === hash) at("chosen").focus();
  else location.hash = hash;
}

const chosen = new Chosen(choose);
const lists = [new Listing("call", choose), new Listing("room", choose)];

async function takeUp(move) {
  const wanted = address();
  if (!wanted) return;
  for (const list of lists) list.mark(list.kind === wanted[0] ? `${wanted[1]}/${wanted[2]}` : "");
  await chosen.show(...wanted);
  if (move) at("chosen").focus({ preventScroll: matchMedia("(min-width: 75rem)").matches });
}

// -- what there is ------------------------------------------------------------------------------------------------------

function showTime() {
  const speed = world ? world.speed : 0;
  const now = Math.floor(told.now + speed * (performance.now() - told.when));
  put(at("time"), clockTime(speed ? now - (now % 100) : now));
  put(at("due"), told.due === null ? "nothing" : clockTime(told.due));
}

function showWorld() {
  put(at("world"), visible(world.world || "-"));
  put(at("clock"), world.speed ? `${world.clock} (runs by itself)` : "manual (stands still)");
}

let looking = false;
let again = null;

/** Look again, soon, and not too often. */
function look(event) {
  told = { now: event.now, due: event.due, when: performance.now() };
  showTime();
  again = again ? { new: again.new || event.new, calls: [...again.calls, ...event.calls], multiparty_calls: [...again.multiparty_calls, ...event.multiparty_calls] } : event;
  if (!looking) turns();
}

async function turns() {
  looking = true;
  while (again) {
    const event = again;
    const began = performance.now();
    again = null;
    try {
      await Promise.all([
        ...(event.new || event.calls.length || event.multiparty_calls.length ? lists.map((list) => list.refresh()) : []),
        ...(chosen.concerns(event) ? [chosen.refresh()] : []),
        glance(),
      ]);
    } catch (error) {
      put(at("connection"), error.message);
    }
    // Where it takes long to look, there is the more time in between for those who make calls.
    await new Promise((done) => setTimeout(done, Math.max(BREATH, 3 * (performance.now() - began))));
  }
  looking = false;
}

async function glance() {
  world = await found("one/world");
  chosen.held = !world.speed;
  showWorld();
  showFaults();
}

// -- what can be done ---------------------------------------------------------------------------------------------------

const figure = (value, most) => ({ type: "number", min: "0", max: String(most), step: "1", value: String(value), required: true });
const URL_FIELD = { value: "", placeholder: "http://127.0.0.1:5000/answer", size: "30", maxlength: "2000" };

function time() {
  const why = world.speed ? `The clock is ${world.clock}: it runs by itself. With callsim serve --clock manual it stands still until somebody advances it.` : "";
  return group("Time", [
    asked("advance", [["ms", "Milliseconds", figure(1000, 315_360_000_000)]], ({ ms }) => ours("advance", "clock/advance", { ms: Number(ms) })),
    button("on to what is due next", () => ours("next", "clock/next")),
    button("on until nothing is to come but time limits", () => ours("idle", "clock/idle")),
  ], why);
}

/** A form for a call by the API: its request comes from the emulator, which words it as the vendor's SDK does. */
function placing() {
  const fields = [["vendor", "Vendor", world.vendors], ["to", "To", { value: "+15550100003", list: "numbers", size: "16", maxlength: "200" }],
    ["from", "From", { value: "+15550100000", size: "16", maxlength: "200" }], ["answer_url", "Answer URL", URL_FIELD]];
  let deed = { method: "POST", path: "/", body: {} };
  const one = asked("make a call", fields, () => deed, () => deed.vendor);
  const secret = make("div");
  let latest = 0;
  const word = async () => {
    const mine = (latest += 1);
    const worded = await found("placing", Object.fromEntries(new FormData(one.form)));
    if (mine !== latest) return;
    if (worded.vendor !== deed.vendor) secret.replaceChildren(...secretOf([worded]).map((part) => part.root));
    deed = worded;
    one.refresh();
  };
  const soon = () => word().catch((error) => announce(error.message));
  one.form.addEventListener("input", soon);
  soon();
  return group("A call by the API", [one, { root: secret }]);
}

function inbound() {
  const fields = [["vendor", "Vendor", world.vendors], ["from", "From", { value: "+15550100009", size: "16", maxlength: "200" }], ["to", "To", { value: "+15550100000", size: "16", maxlength: "200" }], ["answer_url", "Answer URL", URL_FIELD]];
  return group("Somebody calls", [asked("call in", fields, (values) => ours("call in", "inbound", filled(values)))]);
}

function filled(values) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
}

const FAULTS = {
  error: "the next request that fits is answered 500, and not carried out", "lost-reply": "the next request that fits is carried out, and its reply lost",
  wait: "the reply to the next request that fits waits", late: "the next callback that fits is late", twice: "the next callback that fits is sent twice",
  reordered: "the next callback that fits is overtaken by the one after it",
};
const OF_REQUESTS = ["error", "lost-reply", "wait"];
const WAITS = ["wait", "late"];

function faultDeed({ what, ms, one, part }) {
  const [first, second] = OF_REQUESTS.includes(what) ? ["method", "path"] : ["kind", "url"];
  return ours("inject", "fault", filled({ what, ...(WAITS.includes(what) ? { ms: Number(ms) } : {}), [first]: one, [second]: part }));
}

function faults() {
  const fields = [["what", "What goes wrong", Object.keys(FAULTS)], ["ms", "By how many milliseconds", figure(1000, 3_600_000)], ["one", "Method, or empty for any", { size: "8", maxlength: "100" }], ["part", "Path has in it, or empty", { size: "16", maxlength: "500" }]];
  const form = asked("inject the fault", fields, faultDeed);
  const note = make("p", { id: "fault-what" });
  const adapt = () => {
    const { what } = Object.fromEntries(new FormData(form.form));
    const [ms, one, part] = ["ms", "one", "part"].map((name) => form.form.elements[name].parentElement);
    put(note, FAULTS[what]);
    ms.hidden = !WAITS.includes(what);
    put(one.firstChild, OF_REQUESTS.includes(what) ? "Method, or empty for any" : "Kind of callback, or empty");
    put(part.firstChild, OF_REQUESTS.includes(what) ? "Path has in it, or empty" : "URL has in it, or empty");
  };
  form.form.addEventListener("input", adapt);
  adapt();
  return group("Let something go wrong", [{ root: note }, form, { root: make("p", null, "Still to go wrong: ", make("span", { id: "faults" }, "nothing")) }]);
}

function showFaults() {
  if (at("faults")) put(at("faults"), world.faults.length ? visible(world.faults.map((fault) => JSON.stringify(fault)).join(" ")) : "nothing");
}

function starting() {
  const fields = [["id", "Snapshot", { size: "8", value: "s1", maxlength: "20" }]];
  return group("Try the same again", [
    button("take a snapshot", () => ours("snapshot", "snapshot")), asked("go back to it", fields, ({ id }) => ours("restore", "restore", { id })),
    button("begin anew", () => ours("reset", "reset")),
  ]);
}

function deeds() {
  const numbers = make("datalist", { id: "numbers" }, ...world.numbers.map(([number, does]) => make("option", { value: number }, does)));
  at("deeds-body").replaceChildren(numbers, time(), placing(), inbound(), faults(), starting());
  for (const vendor of world.vendors) at("wish").elements.vendor.append(make("option", null, vendor));
}

// -- beginning ----------------------------------------------------------------------------------------------------------

async function begin() {
  await glance();
  at("door").hidden = true;
  deeds();
  showFaults();
  setInterval(showTime, 200);
  await takeUp(false);
  watch(look, (word) => put(at("connection"), word));
}

async function open() {
  try {
    await begin();
  } catch (error) {
    if (error instanceof Locked) {
      at("door").hidden = false;
      put(at("connection"), "locked");
      at("door").elements.token.focus();
      return;
    }
    put(at("connection"), visible(error.message));
  }
}

at("door").addEventListener("submit", async (event) => {
  event.preventDefault();
  useToken(at("door").elements.token.value);
  await open();
  put(at("door-said"), at("door").hidden ? "" : "This is not the token.");
});
at("wish").addEventListener("submit", (event) => event.preventDefault());
at("wish").addEventListener("input", () => {
  const wish = Object.fromEntries(new FormData(at("wish")));
  lists.forEach((list) => list.wants(wish).catch((error) => put(at("connection"), error.message)));
});
addEventListener("hashchange", () => takeUp(true));
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || /INPUT|SELECT/.test(document.activeElement.tagName)) return;
  event.preventDefault();
  at("wish").elements.text.focus();
});
open();
