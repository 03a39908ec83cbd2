// Elements, made so that a text is always a text, and times as people read them.

import { make, time } from "./ladder.js";

export { make };

/** Text with every character written out that does not print, or turns others around. */
export function visible(text) {
  return String(text).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (one) => `\\u{${one.codePointAt(0).toString(16)}}`);
}

/** A time of the world, in milliseconds, as callsim writes it everywhere. */
export function clockTime(ms) {
  return ms === null || ms === undefined ? "-" : time(ms);
}

/** Set a text, if it is another one. */
export function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Tell somebody who does not see the page. */
export function announce(text) {
  put(document.getElementById("said"), visible(text));
}
