// Buttons that do something, each beside the line that does the same; and forms whose fields say more about it.

import { curl, found, ours, send } from "./asking.js";
import { tellRule } from "./ladder.js";
import { announce, make, put, visible } from "./making.js";

/** A button for a deed. `deed()` makes it anew each time; `label` is what the button says, `vendor` whose rules the answer names,
 * or what tells whose. */
export function button(label, deed, vendor, after) {
  const press = make("button", { type: "button" }, label);
  const line = make("code", { class: "curl" });
  const copy = make("button", { type: "button", class: "copy", "aria-label": `Copy the line for: ${label}` }, "copy");
  const came = make("div", { class: "came" });
  const root = make("div", { class: "deed" }, press, line, copy, came);
  const refresh = () => put(line, curl(deed()));
  press.addEventListener("click", async () => {
    put(came, "on its way");
    const answer = await send(deed());
    showAnswer(came, label, answer, typeof vendor === "function" ? vendor() : vendor);
    if (after) after(answer);
  });
  copy.addEventListener("click", () => copied(line));
  refresh();
  return { root, press, refresh };
}

async function copied(line) {
  try {
    await navigator.clipboard.writeText(line.textContent);
    announce("The line is copied.");
  } catch {
    getSelection().selectAllChildren(line);
    announce("The line is selected: copy it from here.");
  }
}

/** What came of a deed: its status, in a few words, and its rule, which tells more when it is asked. */
function showAnswer(place, label, answer, vendor) {
  const said = words(answer);
  const rule = answer.rule && answer.rule !== "none" ? answer.rule : outcomeRule(answer);
  place.replaceChildren(visible(`${said} `), rule && vendor ? ruleButton(vendor, rule) : "");
  announce(`${label}: ${said}`);
}

function parsed(answer) {
  try {
    return JSON.parse(answer.said);
  } catch {
    return null;
  }
}

function outcomeRule(answer) {
  const said = parsed(answer);
  return said && typeof said.rule === "string" ? said.rule : null;
}

function words(answer) {
  const said = parsed(answer);
  if (!answer.status) return answer.said;
  if (said && said.outcome) return `${said.outcome}: the call is ${said.call.state}`;
  if (said && typeof said.error === "string" && !answer.rule) return said.error;
  if (said && said.now !== undefined && said.moments !== undefined) return `it is ${said.now} ms; ${said.moments} things happened, ${said.delivered} were delivered`;
  return `${answer.status}${answer.said ? `, ${answer.said.slice(0, 600)}` : ", no body"}`;
}

/** A button that tells a rule below itself. */
export function ruleButton(vendor, id) {
  const press = make("button", { type: "button", class: "link", "aria-expanded": "false" }, make("code", null, id));
  press.addEventListener("click", async () => {
    if (press.nextElementSibling) {
      press.nextElementSibling.remove();
      return press.setAttribute("aria-expanded", "false");
    }
    press.setAttribute("aria-expanded", "true");
    press.after(await ruleTold(vendor, id));
  });
  return make("span", null, press);
}

async function ruleTold(vendor, id) {
  try {
    const rule = await found("one/rule", { vendor, id });
    return rule ? tellRule(rule) : make("div", { class: "rule" }, "It is no rule of this world's.");
  } catch (error) {
    return make("div", { class: "rule" }, error.message);
  }
}

/** A field: [name, label, attributes], or with a list of options instead of attributes. */
function field([name, label, more]) {
  const input = Array.isArray(more)
    ? make("select", { name }, ...more.map((option) => make("option", null, option)))
    : make("input", { name, autocomplete: "off", ...more });
  return make("label", null, label, input);
}

/** A form whose fields say more about one deed: `deed(values)` makes it. */
export function asked(label, fields, deed, vendor, after) {
  const labels = fields.map(field);
  const form = make("form", { "aria-label": label }, ...labels);
  const values = () => Object.fromEntries(new FormData(form));
  const one = button(label, () => deed(values()), vendor, after);
  form.append(one.root);
  form.addEventListener("input", one.refresh);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!one.press.disabled) one.press.click();
  });
  return { root: form, refresh: one.refresh, form };
}

/** Several of them under one heading; with `why` not, they cannot be used, and it says why. */
export function group(title, parts, why) {
  const set = make("fieldset", { disabled: Boolean(why) }, make("legend", null, title));
  if (why) set.append(make("p", null, why));
  set.append(...parts.map((part) => part.root));
  return set;
}

export { ours };
