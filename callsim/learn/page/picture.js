// The ladder of a lesson that is over, as reports draw it; a line that is chosen tells its rule and what it follows from.

import { drawLadder, make, tellEvent } from "./ladder.js";

/** The picture of a film, below a heading. It is drawn by `draw`, once it stands in the page: it is as wide as its place. */
export function picture(film) {
  const root = make("div");
  const behind = make("section", { class: "behind", tabindex: "0", "aria-label": "What is behind it" },
    make("p", {}, "Click a line, or press Enter on it, for the rule, who says so, and what it follows from."));
  const section = make("section", { "aria-label": "All of it as a picture" }, make("h3", {}, "All of it, as a ladder"), root, behind);
  const draw = () => {
    const choose = (number) => {
      ladder.select(number);
      behind.replaceChildren(tellEvent(film, number, choose));
    };
    const ladder = drawLadder(root, film, { onSelect: choose });
    ladder.show(film.events.length - 1);
  };
  return { section, draw };
}
