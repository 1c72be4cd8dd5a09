// The form for a request of one's own.

import { act } from "./act.js";
import { h } from "./dom.js";

const example = {
  action: { name: "db.table.drop", properties: { table: "customers_old" } },
  resource: { type: "postgres.database", id: "crm", properties: { environment: "production" } },
  initiator: { type: "human", id: "alice@acme.example", name: "Alice Ng" },
  justification: "The table was migrated last week.",
  risk: "high",
  expires_in: 900,
};

/** The folded form; `update(scenarios)` offers them as beginnings. */
export function ownRequest() {
  const box = h("textarea", {
    id: "own-json",
    rows: 9,
    spellcheck: "false",
    "aria-describedby": "own-error",
    "data-testid": "agent-json",
  });
  const error = h("p", { id: "own-error", class: "own-error", role: "status" });
  const from = h(
    "select",
    { "aria-label": "Begin with", "data-testid": "agent-json-from" },
    h("option", { value: "" }, "Begin with…"),
  );
  const send = h(
    "button",
    { type: "submit", class: "quiet-button strong", "data-testid": "agent-json-send" },
    "Send",
  );
  box.value = JSON.stringify(example, null, 2);
  let scenarios = [];
  from.addEventListener("change", () => {
    const chosen = scenarios.find((one) => one.key === from.value);
    if (chosen) box.value = JSON.stringify(chosen.body, null, 2);
    from.value = "";
    check(box, error);
  });
  box.addEventListener("input", () => check(box, error));
  const form = h(
    "form",
    { class: "own-form" },
    h("label", { for: "own-json" }, "POST /v1/requests"),
    box,
    error,
    h("div", { class: "own-foot" }, from, send),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const body = check(box, error);
    if (body) act("/play/agent/send", { body }, send);
    else box.focus();
  });
  return {
    node: h("details", { class: "own" }, h("summary", null, "Write your own request"), form),
    update(now) {
      if (JSON.stringify(now) === JSON.stringify(scenarios)) return;
      scenarios = now;
      from.replaceChildren(
        h("option", { value: "" }, "Begin with…"),
        ...now.map((one) => h("option", { value: one.key }, one.title)),
      );
    },
  };
}

/** The parsed object, or null with the fault shown. */
function check(box, error) {
  let fault = "";
  let value = null;
  try {
    value = JSON.parse(box.value);
    if (value === null || typeof value !== "object" || Array.isArray(value))
      fault = "A request is a JSON object: { … }";
  } catch (reason) {
    fault = `Not JSON yet: ${reason.message}`;
  }
  error.textContent = fault;
  box.setAttribute("aria-invalid", String(Boolean(fault)));
  return fault ? null : value;
}
