"use strict";
// What is shown is what matches; what is opened tells on what it stands. Nothing is loaded and nothing leaves the page.

/** Whether a cell is wanted: `wish` holds a word, or nothing, for each of its facets, and words that all must be in its text. */
function matches(cell, wish) {
  for (const facet of ["vendor", "world", "state", "by", "basis"]) {
    if (wish[facet] && cell[facet] !== wish[facet]) return false;
  }
  const words = (wish.text || "").toLowerCase().split(/\s+/).filter(Boolean);
  return words.every((word) => cell.text.includes(word));
}

/** The wish that an address ends with, and back. */
function readWish(hash) {
  return Object.fromEntries(new URLSearchParams(hash.replace(/^#/, "")));
}
function writeWish(wish) {
  return new URLSearchParams(Object.entries(wish).filter(([, value]) => value)).toString();
}

/** An element with these attributes and children; a text is a text, whatever is in it. */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

function source(evidence) {
  const web = /^https?:\/\//.test(evidence.source);
  const name = web ? make("a", { href: evidence.source, rel: "noreferrer" }, evidence.source) : evidence.source;
  return make("li", null, name, ` (seen ${evidence.seen})`, evidence.says ? `: ${evidence.says}` : "");
}

function proof(one) {
  return make("li", null, make("details", null, make("summary", null, `${one.title} (${one.path})`), make("pre", null, one.text)));
}

function rule(id, one, data) {
  const stands = one.assumption ? `${one.basis} (${one.assumption})` : one.basis;
  const proofs = one.proofs.map((number) => proof(data.proofs[number]));
  return make("section", null,
    make("h3", null, make("code", null, id)),
    make("div", null, one.why), make("div", null, one.says),
    make("div", { class: one.basis }, stands),
    one.evidence.length ? make("ul", null, ...one.evidence.map(source)) : "",
    proofs.length ? make("div", null, "Proved by", make("ul", null, ...proofs)) : make("div", null, data.unproved));
}

function details(number, data) {
  const cell = data.cells[number];
  const rules = data.rules[cell.vendor];
  return make("div", { class: "more" },
    cell.body === null ? "" : make("div", null, "The body of the answer", make("pre", null, JSON.stringify(cell.body, null, 1))),
    cell.callbacks.length ? make("div", null, "What the application hears", make("pre", null, JSON.stringify(cell.callbacks, null, 1))) : "",
    ...cell.rules.map((id) => rule(id, rules[id], data)));
}

function start() {
  const data = JSON.parse(document.getElementById("data").textContent);
  const form = document.getElementById("wish");
  const count = document.getElementById("count");
  const rows = [...document.querySelectorAll("#cells > tr")];
  const cells = rows.map((row) => ({ ...row.dataset, text: row.textContent.toLowerCase() }));

  function show() {
    const wish = Object.fromEntries(new FormData(form));
    let shown = 0;
    rows.forEach((row, number) => {
      const wanted = matches(cells[number], wish);
      if (!wanted) close(row);
      row.hidden = !wanted;
      shown += wanted ? 1 : 0;
    });
    count.textContent = `${shown} of ${rows.length} cells`;
    history.replaceState(null, "", `#${writeWish(wish)}`);
  }

  function close(row) {
    if (!row.classList.contains("open")) return;
    row.classList.remove("open");
    row.querySelector("button").setAttribute("aria-expanded", "false");
    row.nextElementSibling.remove();
  }

  function toggle(row) {
    if (row.classList.contains("open")) return close(row);
    row.classList.add("open");
    row.querySelector("button").setAttribute("aria-expanded", "true");
    const place = make("td", { colspan: String(row.children.length) }, details(Number(row.dataset.number), data));
    row.after(make("tr", { class: "open" }, place));
  }

  const wish = readWish(location.hash);
  for (const field of form.elements) {
    if (field.name && wish[field.name]) field.value = wish[field.name];
  }
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(show));
  document.getElementById("cells").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) toggle(button.closest("tr"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || /INPUT|SELECT/.test(document.activeElement.tagName)) return;
    event.preventDefault();
    form.elements.text.focus();
  });
  show();
}

if (typeof document !== "undefined") start();
if (typeof module !== "undefined") module.exports = { matches, readWish, writeWish };
