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
 * Runs `change`, then shows the end of the list, unless the reader has scrolled away from it. `change` may give
 * `"end"` (go there whatever the reader did) or a node whose beginning is to be seen instead of the end. A list that
 * becomes lower or higher keeps showing what it showed.
 */
export function followEnd(scroller, change, force = false) {
  const end = ends.get(scroller) ?? watchEnd(scroller);
  const told = change();
  if (force || told === "end") Object.assign(end, { follow: true, at: null });
  else if (told instanceof Node) end.at = told;
  settle(scroller, end);
}

function settle(scroller, end) {
  if (end.follow) {
    const inset = 4;
    scroller.scrollTop += end.at?.isConnected
      ? end.at.getBoundingClientRect().top - scroller.getBoundingClientRect().top - inset
      : scroller.scrollHeight;
  }
  end.settled = placeOf(scroller);
}

/** Where a list stands and how high it and its content are. */
function placeOf({ scrollTop, scrollHeight, clientHeight }) {
  return { scrollTop, scrollHeight, clientHeight };
}

function watchEnd(scroller) {
  const end = { follow: true, at: null, settled: placeOf(scroller) };
  ends.set(scroller, end);
  scroller.addEventListener("scroll", () => {
    const now = placeOf(scroller);
    const { scrollTop, scrollHeight, clientHeight } = end.settled;
    // Other heights: the layout moved the list, not a reader.
    if (now.scrollHeight !== scrollHeight || now.clientHeight !== clientHeight) {
      return settle(scroller, end);
    }
    if (Math.abs(now.scrollTop - scrollTop) <= 2) return;
    end.follow = scrollHeight - now.scrollTop - clientHeight < 40;
    end.at = null;
    end.settled = now;
  });
  // Unfolding something is reading, too: the list stays where it is.
  scroller.addEventListener("click", () => {
    requestAnimationFrame(() => {
      const now = placeOf(scroller);
      if (now.scrollHeight === end.settled.scrollHeight) return;
      end.follow = now.scrollHeight - now.scrollTop - now.clientHeight < 40;
      end.settled = now;
    });
  });
  new ResizeObserver(() => settle(scroller, end)).observe(scroller);
  return end;
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
