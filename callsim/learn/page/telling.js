// What is shown: a story, the reasons of an answer, a question as a form. Texts are only ever texts.

import { make } from "./ladder.js";

/** A story as a table; nothing if nothing happened. */
export function story(lines, title) {
  if (!lines.length) return null;
  const row = (line) => make("tr", {}, make("td", {}, line.at), make("td", {}, line.who), make("td", {}, line.what));
  const head = make("tr", {}, ...["Time", "Who", "What"].map((name) => make("th", { scope: "col" }, name)));
  return make("table", {}, make("caption", {}, title), make("thead", {}, head), make("tbody", {}, ...lines.map(row)));
}

/** What is read first, and who there is. */
export function opening(said, heading) {
  const setting = said.setting.map((sentence) => make("li", {}, sentence));
  return [heading, ...said.about.map((part) => make("p", {}, part)), make("ul", {}, ...setting), story(said.told, "What has happened so far")];
}

function reason(why) {
  const sources = why.sources.map((source) => make("p", {}, source));
  const basis = make("span", { class: why.basis.split(" ")[0] }, why.basis);
  return make("div", { class: "rule" }, make("p", {}, why.why), make("p", {}, make("code", {}, why.rule), ": ", why.says, " - ", basis), ...sources);
}

/** What came of an answer: what was right, what happened, and why. Its heading is `heading`. */
export function outcome(graded, heading) {
  const chain = graded.right || graded.chain.length < 2 ? [] : [
    make("h4", {}, "From its end back to the first cause"), make("ol", {}, ...graded.chain.map((link) => make("li", {}, link))),
  ];
  const remark = graded.remark ? [make("p", { class: "rule" }, graded.remark)] : [];
  const whys = [make("h4", {}, "Why"), ...graded.why.map(reason), ...remark];
  return make("section", { class: `outcome ${graded.right ? "right" : "wrong"}` }, heading, story(graded.story, "What happened"), ...whys, ...chain);
}

/** A question as a form. `take` is called with the word that was chosen. */
export function question(card, name, take) {
  const choice = ({ word, means }) => make(
    "label", {}, make("input", { type: "radio", name, value: word, required: true }), make("span", {}, make("strong", {}, word), means ? make("span", { class: "means" }, ` - ${means}`) : null),
  );
  const group = make("div", card.counts ? { class: "counts" } : {}, ...card.choices.map(choice));
  const legend = make("legend", {}, `Question ${card.number + 1} of ${card.questions}: ${card.text}`);
  const hint = make("p", { hidden: true }, `Hint: ${card.hint}`);
  const help = make("button", { type: "button", "aria-expanded": "false" }, "Hint");
  help.addEventListener("click", () => {
    hint.hidden = !hint.hidden;
    help.setAttribute("aria-expanded", String(!hint.hidden));
  });
  const deeds = make("div", { class: "deeds" }, make("button", {}, "Answer"), help);
  const trouble = make("p", { role: "alert" });
  const fields = make("fieldset", {}, legend, group, hint);
  const said = card.said.length ? make("div", { class: "said" }, ...card.said.map((line) => make("p", {}, line))) : null;
  const form = make("form", {}, said, fields, deeds, trouble);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const chosen = form.elements.namedItem(name).value;
    fields.disabled = true;
    deeds.hidden = true;
    trouble.textContent = "";
    try {
      await take(chosen);
    } catch (error) {
      fields.disabled = false;
      deeds.hidden = false;
      trouble.textContent = error.message;
    }
  });
  return form;
}
