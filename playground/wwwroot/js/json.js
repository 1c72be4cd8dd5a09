// JSON, shown word for word, in colours.

import { h } from "./dom.js";

const token =
  /("(?:\\.|[^"\\])*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\b(?:true|false|null)\b/g;

/** A value as indented, coloured JSON. Characters that could hide or reorder text are written as escapes. */
export function json(value) {
  const text = visible(JSON.stringify(value, null, 2) ?? "null");
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(token)) {
    nodes.push(text.slice(from, match.index), part(match));
    from = match.index + match[0].length;
  }
  return [...nodes, text.slice(from)];
}

function part([whole, string, colon]) {
  if (string && colon) return h("span", { class: "j-key" }, whole);
  return h("span", { class: string ? "j-string" : "j-other" }, whole);
}

function visible(text) {
  return text.replace(
    /[\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A block of JSON that shows its beginning, and all of it on demand. */
export function jsonBlock(value, label, linesShown = 14) {
  const lines = JSON.stringify(value, null, 2).split("\n").length;
  const pre = h("pre", { class: "json", tabindex: "0", "aria-label": label }, json(value));
  if (lines <= linesShown) return pre;
  pre.classList.add("cut");
  const more = h(
    "button",
    { type: "button", class: "more", "aria-expanded": "false" },
    `Show all ${lines} lines`,
  );
  more.addEventListener("click", () => {
    const open = !pre.classList.toggle("cut");
    more.setAttribute("aria-expanded", String(open));
    more.textContent = open ? "Show less" : `Show all ${lines} lines`;
  });
  return [pre, more];
}
