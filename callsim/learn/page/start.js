// The course as a page: lessons to choose from, one question after the other, and what comes back.

import { ask } from "./asking.js";
import { make } from "./ladder.js";
import { picture } from "./picture.js";
import { opening, outcome, question, story } from "./telling.js";

const lesson = document.getElementById("lesson");
let shown = null;
let forms = 0;

/** Tell somebody who does not see the page. */
function announce(text) {
  document.getElementById("said").textContent = text;
}

function trouble(error) {
  lesson.append(make("p", { class: "note", role: "alert" }, error.message));
}

/** A button that does something; what goes wrong with it is told. */
function button(text, act, attributes) {
  const made = make("button", { type: "button", ...attributes }, text);
  made.addEventListener("click", () => act().catch(trouble));
  return made;
}

function heading(text) {
  return make("h3", { tabindex: "-1" }, text);
}

function asked(card, take) {
  forms += 1;
  const form = question(card, `answer-${forms}`, take);
  lesson.append(form);
  return form;
}

/** Show what came of an answer, and what there is to do next, which has the focus after the heading. */
function tell(graded, ...next) {
  const title = heading(graded.difference);
  lesson.append(outcome(graded, title), ...next);
  title.focus();
  announce(graded.difference);
}

async function look() {
  const course = await ask("course");
  const row = (each) => {
    const state = each.reached ? `${each.reached} of ${each.questions}` : each.done ? "done" : "";
    const back = each.mistakes ? `${each.mistakes} to come back` : "";
    const current = each.id === shown ? { "aria-current": "true" } : {};
    const open = button(`${each.number}. ${each.title}`, () => begin(each.id, false), { class: "link", ...current });
    return make("li", {}, open, make("span", { class: "state" }, [state, back].filter(Boolean).join(", ")));
  };
  document.getElementById("lessons").replaceChildren(...course.lessons.map(row));
  const done = course.lessons.filter((each) => each.done).length;
  document.getElementById("progress").textContent = `${done} of ${course.lessons.length} lessons done; ${course.right} of ${course.asked} answers were right`;
  const back = document.getElementById("back");
  back.replaceChildren(...(course.due ? [button(coming(course.due), review)] : []));
  return course;
}

function coming(due) {
  return `${due} question${due === 1 ? " comes" : "s come"} back`;
}

/** Open a lesson where one stopped, or from its beginning. */
async function begin(id, anew) {
  const said = await ask("begin", { lesson: id, anew });
  shown = id;
  const title = make("h2", { tabindex: "-1" }, `Lesson ${said.lesson.number}: ${said.lesson.title}`);
  const again = said.card.number ? make("div", { class: "deeds" }, button("Begin this lesson anew", () => begin(id, true))) : null;
  lesson.replaceChildren(...[...opening(said, title), again].filter(Boolean));
  ask_next(id, said.card);
  title.focus();
  await look();
}

function ask_next(id, card) {
  return asked(card, async (word) => {
    const graded = await ask("answer", { lesson: id, number: card.number, answer: word });
    if (graded.card) {
      const go = button("Next question", async () => {
        go.remove();
        ask_next(id, graded.card).querySelector("input").focus();
      });
      tell(graded, go);
      await look();
      return;
    }
    await close(graded, await look());
  });
}

/** The end of a lesson: what still happened, what to remember, and where to go on. */
async function close(graded, course) {
  const { rest, remember, film } = graded.closing;
  const words = remember ? [make("p", { class: "remember" }, make("strong", {}, "Remember: "), remember)] : [];
  const more = story(rest, "And then");
  const back = course.due ? [button(coming(course.due), review)] : [];
  const next = course.next ? [button("Next lesson", () => begin(course.next, false))] : [];
  const end = back.length || next.length ? [] : [make("p", {}, "You have been through all of it. Choose any lesson to go through it again.")];
  const { section, draw } = picture(film);
  tell(graded, ...(more ? [more] : []), ...words, make("div", { class: "deeds" }, ...back, ...next), ...end, section);
  draw();
}

/** One of those questions that come back. */
async function review() {
  const said = await ask("review", {});
  shown = null;
  if (!said.card) {
    const course = await look();
    const next = course.next ? [button("Go on", () => begin(course.next, false))] : [];
    const title = make("h2", { tabindex: "-1" }, "Nothing comes back now");
    lesson.replaceChildren(title, make("div", { class: "deeds" }, ...next));
    title.focus();
    return;
  }
  const title = make("h2", { tabindex: "-1" }, `From lesson ${said.lesson.number}: ${said.lesson.title}`);
  const { about, ...rest } = said;
  lesson.replaceChildren(...opening({ ...rest, about: [] }, title).filter(Boolean));
  asked(said.card, async (word) => {
    const graded = await ask("again", { lesson: said.lesson.id, question: said.card.key, answer: word });
    const course = await look();
    const on = course.due ? button(coming(course.due), review) : course.next ? button("Go on", () => begin(course.next, false)) : null;
    tell(graded, ...(on ? [make("div", { class: "deeds" }, on)] : []));
  });
  title.focus();
}

async function start() {
  const course = await look();
  const title = make("h2", { tabindex: "-1" }, "You predict, callsim plays");
  const about = make("p", {}, "Each lesson is a small scenario. You say what will come of it; then it is played, and what differs is explained by rule and source. What you had wrong comes back after later lessons.");
  const deeds = course.next ? [button(course.asked ? "Go on where you stopped" : "Begin", () => begin(course.next, false))] : [];
  lesson.replaceChildren(title, about, make("div", { class: "deeds" }, ...deeds));
}

start().catch(trouble);
