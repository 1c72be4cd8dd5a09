// The few tools the page is built with. Text only ever enters as text: no function here takes markup.

/** Makes an element. `props`: `class`, `on` (event → listener), `value`, or any attribute. */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") {
      for (const [type, listener] of Object.entries(value))
        element.addEventListener(type, listener);
    } else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(
    ...children
      .flat(Infinity)
      .filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

const keptParts = new WeakMap();

/**
 * Makes `parent`'s children match `items`, keeping the nodes of items that stay. `make(item)` gives
 * `{node, update(item, first)}`; `update` runs only when the item's JSON changed.
 */
export function keyed(parent, items, keyOf, make) {
  const kept = keptParts.get(parent) ?? new Map();
  const next = new Map();
  for (const item of items) next.set(keyOf(item), item);
  for (const [key, part] of kept) {
    if (next.has(key)) continue;
    part.node.remove();
    kept.delete(key);
  }
  let cursor = parent.firstChild;
  for (const [key, item] of next) {
    const json = JSON.stringify(item);
    const first = !kept.has(key);
    if (first) kept.set(key, { ...make(item), json: null });
    const part = kept.get(key);
    if (part.json !== json) part.update(item, first);
    part.json = json;
    if (part.node === cursor) cursor = cursor.nextSibling;
    else parent.insertBefore(part.node, cursor);
  }
  keptParts.set(parent, kept);
}

/** Replaces children only when `value`'s JSON changed since the last call for this element. */
const drawnValues = new WeakMap();
export function redraw(element, value, draw) {
  const json = JSON.stringify(value);
  if (drawnValues.get(element) === json) return false;
  drawnValues.set(element, json);
  element.replaceChildren(...[draw(value)].flat(Infinity).filter(Boolean));
  return true;
}

/**
 * Runs `change` on what is in `node`; if the focus was there it stays on the control of the same name, or on `node`
 * where that control is gone. Gives what `change` gives.
 */
export function keepFocus(node, change) {
  const focused = node.contains(document.activeElement) ? document.activeElement : null;
  const name = focused?.dataset.testid;
  const result = change();
  if (!focused || focused.isConnected) return result;
  const again = name && node.querySelector(`[data-testid="${CSS.escape(name)}"]`);
  if (!again) node.tabIndex = -1;
  (again || node).focus({ preventScroll: true });
  return result;
}

const ends = new WeakMap();

/**
 * Runs `change`, then shows the end of the list, unless the reader has scrolled away from it. Later changes of the
 * list's own height do not lose the end either.
 */
export function followEnd(scroller, change, force = false) {
  if (!ends.has(scroller)) watchEnd(scroller);
  if (force) ends.set(scroller, true);
  change();
  if (ends.get(scroller)) scroller.scrollTop = scroller.scrollHeight;
}

function watchEnd(scroller) {
  ends.set(scroller, true);
  let before = 0;
  scroller.addEventListener("scroll", () => {
    const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 40;
    // Only going up leaves the end: a list that just became lower has not been scrolled by anybody.
    if (atEnd || scroller.scrollTop < before) ends.set(scroller, atEnd);
    before = scroller.scrollTop;
  });
  new ResizeObserver(() => {
    if (ends.get(scroller)) scroller.scrollTop = scroller.scrollHeight;
  }).observe(scroller);
}

/** Draws attention to a node that appeared or changed. */
export function flash(node) {
  node.classList.remove("flash");
  void node.offsetWidth;
  node.classList.add("flash");
  setTimeout(() => node.classList.remove("flash"), 1800);
}

/** Says a sentence to people who listen to the page. */
export function announce(sentence) {
  const line = h("p", null, sentence);
  document.getElementById("announce").append(line);
  setTimeout(() => line.remove(), 6000);
}

/** Hour and minute and second of an ISO time, a Slack `ts` or a millisecond number; else empty. */
export function clock(value, seconds = false) {
  const text = String(value ?? "");
  let date = new Date(text);
  if (/^\d{9,10}\.\d+$/.test(text)) date = new Date(Number(text) * 1000);
  else if (/^\d{13}$/.test(text)) date = new Date(Number(text));
  else if (/^\d+$/.test(text)) return "";
  if (Number.isNaN(date.getTime())) return "";
  return date.toLocaleTimeString([], {
    hour: "2-digit",
    minute: "2-digit",
    second: seconds ? "2-digit" : undefined,
    hourCycle: "h23",
  });
}

/** The address if following it is harmless, else null. */
export function safeUrl(url) {
  try {
    const parsed = new URL(String(url));
    return ["https:", "http:", "mailto:"].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

/** A link that opens elsewhere, or plain text when the address is not one to follow. */
export function link(url, label) {
  const href = safeUrl(url);
  if (!href) return h("span", null, label);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, label);
}
