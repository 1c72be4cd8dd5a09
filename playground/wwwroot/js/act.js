// Everything the page asks of the server goes through here: once at a time, with progress and errors shown.

import { announce, h } from "./dom.js";

/**
 * Posts `body` to `path` for the control that was used. While it runs, everything in `scope` (by default the
 * control) refuses another start. A refusal is shown beside the control. Gives the answer, or null when not sent.
 */
export async function act(path, body, control, scope = control) {
  if (scope.hasAttribute("data-busy")) return null;
  closeToasts();
  const place = control.getBoundingClientRect();
  scope.setAttribute("data-busy", "");
  control.setAttribute("aria-busy", "true");
  const answer = await post(path, body);
  scope.removeAttribute("data-busy");
  control.removeAttribute("aria-busy");
  if (!answer.ok)
    toast(answer.error, control.isConnected ? control.getBoundingClientRect() : place);
  return answer;
}

async function post(path, body) {
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body ?? {}),
    });
    const answer = await response.json().catch(() => null);
    if (answer?.ok) return answer;
    return {
      ...answer,
      ok: false,
      error: answer?.error ?? `The playground answered ${response.status}.`,
    };
  } catch {
    return { ok: false, error: "The playground does not answer. Is it still running?" };
  }
}

/** Shows a sentence beside a place on the screen, until it is read or closed. */
export function toast(sentence, place) {
  closeToasts();
  const close = h("button", { type: "button", class: "toast-close", "aria-label": "Close" }, "×");
  const box = h(
    "div",
    { class: "toast", role: "alert", "data-testid": "toast" },
    h("span", null, sentence),
    close,
  );
  close.addEventListener("click", () => box.remove());
  document.body.append(box);
  const margin = 8;
  const below = place.bottom + margin + box.offsetHeight < innerHeight;
  const top = below ? place.bottom + margin : place.top - box.offsetHeight - margin;
  box.style.top = `${clamp(top, margin, innerHeight - box.offsetHeight - margin)}px`;
  box.style.left = `${clamp(place.left, margin, innerWidth - box.offsetWidth - margin)}px`;
  setTimeout(() => box.remove(), 9000);
  announce(sentence);
}

function closeToasts() {
  for (const old of document.querySelectorAll(".toast")) old.remove();
}

function clamp(value, low, high) {
  return Math.max(low, Math.min(high, value));
}
