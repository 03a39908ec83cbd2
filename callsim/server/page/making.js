// Elements, made so that a text is always a text, and times as people read them.

/** An element with these attributes and children; a text is a text, whatever is in it. */
export function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

/** Text with every character written out that does not print, or turns others around. */
export function visible(text) {
  return String(text).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (one) => `\\u{${one.codePointAt(0).toString(16)}}`);
}

/** A time of the world, given in milliseconds, as callsim writes it everywhere: `250ms`, `2.5s`, `1m30s`, `4h`. */
export function clockTime(ms) {
  if (ms === null || ms === undefined) return "-";
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor(ms / 60_000) % 60;
  const rest = ms % 60_000;
  const text = (hours ? `${hours}h` : "") + (minutes ? `${minutes}m` : "");
  if (rest && rest < 1000) return `${text}${rest}ms`;
  const decimals = String(rest % 1000).padStart(3, "0").replace(/0+$/, "");
  return rest || !text ? `${text}${Math.floor(rest / 1000)}${decimals ? `.${decimals}` : ""}s` : text;
}

/** Set a text, if it is another one. */
export function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Tell somebody who does not see the page. */
export function announce(text) {
  put(document.getElementById("said"), visible(text));
}
