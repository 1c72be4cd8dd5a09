// Three steps for somebody who sees this for the first time, and what to try next.

import { h, redraw } from "./dom.js";
import { icon } from "./icons.js";
import { choice, choose, onState } from "./state.js";

/** Builds the strip in `root`; `opener` is the button that brings it back. */
export function startHint(root, opener) {
  opener.addEventListener("click", () => choose({ hint: true }));
  onState((state) => {
    root.hidden = !choice.hint;
    root.classList.toggle("all-done", !progress(state).includes(false));
    opener.hidden = choice.hint;
    const done = progress(state);
    const step = done.indexOf(false);
    document.documentElement.dataset.step = choice.hint ? String(step + 1) : "0";
    const first = state.agent.scenarios[0]?.title ?? "";
    redraw(root, [done, choice.hint, first], () => (choice.hint ? draw(done, step, first) : []));
  });
}

/** Which of the three steps were taken, read from what happened. */
function progress({ agent, ledger }) {
  const kinds = new Set((ledger.entries ?? []).map((one) => one.kind));
  const asked = agent.exchanges.some(
    (one) =>
      one.method === "POST" &&
      /^\/(v1\/requests$|guard\/)/.test(one.path) &&
      one.status < 300,
  );
  const decided = kinds.has("decision.approved");
  const wentOn =
    decided && agent.exchanges.some((one) => ["approved", "denied"].includes(one.response?.status));
  return [asked, asked && decided, wentOn];
}

function draw(done, step, first) {
  const steps = [
    ["Let the agent ask", `In the agent’s terminal, press “${first}”.`],
    ["Decide as Bob", "In Slack, press Approve on the new card."],
    ["See it everywhere", "Carol’s copy in Teams changes; the agent goes on."],
  ];
  const close = h(
    "button",
    {
      type: "button",
      class: "icon-button",
      "aria-label": "Hide the first steps",
      on: { click: () => choose({ hint: false }) },
    },
    icon("cross"),
  );
  return [
    h(
      "ol",
      { class: "steps" },
      steps.map(([title, text], index) =>
        stepNode(title, text, index, done[index], index === step),
      ),
    ),
    step === -1
      ? tries()
      : h("p", { class: "then" }, "Takes a minute. Nothing leaves this computer."),
    close,
  ];
}

/** Where each step is taken. Bob stands at the second; the newest card is the last. */
const targets = [
  '[data-testid="scenario-admin-role"]',
  '#slack [data-testid="slack-button-approve"]',
  '#teams [data-testid="teams-message"]',
];

function show(index) {
  if (index === 1) choose({ slackPerson: "bob", slackPlace: { ...choice.slackPlace, bob: null } });
  const target = [...document.querySelectorAll(targets[index])].at(-1);
  target?.closest("#slack, #teams, #agent").scrollIntoView({ block: "start" });
  target?.scrollIntoView({ block: "nearest" });
  target?.focus({ preventScroll: true });
}

function stepNode(title, text, index, isDone, isNow) {
  return h(
    "li",
    { class: isDone ? "done" : isNow ? "now" : "", "aria-current": isNow ? "step" : null },
    h("span", { class: "step-number" }, isDone ? icon("check") : String(index + 1)),
    h(
      "span",
      null,
      h("b", null, title),
      h("span", { class: "step-text" }, text, isDone && h("span", { class: "unseen" }, " Done.")),
    ),
    isNow &&
      h(
        "button",
        {
          type: "button",
          class: "chip show-me",
          "data-testid": "show-me",
          on: { click: () => show(index) },
        },
        "Show me",
      ),
  );
}

function tries() {
  const be = (label, change) =>
    h("button", { type: "button", class: "chip", on: { click: () => choose(change) } }, label);
  return h(
    "p",
    { class: "then" },
    h("b", null, "Now try: "),
    "send another and approve ",
    be("as Alice", { slackPerson: "alice" }),
    " (she started it) or ",
    be("as Erin", { slackPerson: "erin" }),
    " (she owns the agent) or ",
    be("as Dan", { slackPerson: "dan" }),
    " (a guest): each is told why not. Attach a policy through the guard: the cloud changes after the click, not before. Pull the plug. Verify the ledger.",
  );
}
