// The agent's console: what it may ask, and every HTTP exchange it had with the bot, word for word.

import { act } from "./act.js";
import { askedList } from "./asked.js";
import { clock, followEnd, h, keyed, redraw } from "./dom.js";
import { icon } from "./icons.js";
import { jsonBlock } from "./json.js";
import { ownRequest } from "./ownrequest.js";
import { onState } from "./state.js";

/** Builds the console in `root` and keeps it up to date. */
export function startAgent(root) {
  const scenarios = h("div", {
    class: "scenarios",
    role: "group",
    "aria-label": "Things the agent can ask for",
  });
  const name = h("span", { class: "terminal-name" });
  const log = h("div", {
    class: "exchanges",
    tabindex: "0",
    role: "group",
    "aria-label": "HTTP exchanges",
  });
  const current = h("div", { class: "current" });
  const asked = askedList();
  const own = ownRequest();
  const bar = h(
    "div",
    { class: "terminal-bar" },
    h("span", { class: "lights", "aria-hidden": "true" }),
    name,
  );
  root.append(h("div", { class: "terminal" }, bar, scenarios, log, asked.node, current, own.node));
  onState(({ agent }) => {
    name.textContent = `${agent.name} — HTTP to the bot`;
    keyed(scenarios, agent.scenarios, (one) => one.key, scenarioNode);
    followEnd(log, () => keyed(log, agent.exchanges, (one) => one.n, exchangeNode));
    log.classList.toggle("empty", agent.exchanges.length === 0);
    redraw(current, currentRequest(agent.exchanges), drawCurrent);
    asked.update(agent.exchanges);
    own.update(agent.scenarios.filter((one) => !one.guarded));
  });
}

function scenarioNode(first) {
  const node = h("button", {
    type: "button",
    class: "scenario",
    "data-testid": `scenario-${first.key}`,
  });
  node.addEventListener("click", () => act("/play/agent/send", { scenario: first.key }, node));
  return {
    node,
    update(scenario) {
      const words = [
        scenario.guarded ? "an HTTP call, really sent" : scenario.body?.action?.name,
        scenario.body?.risk && `risk: ${scenario.body.risk}`,
      ]
        .filter(Boolean)
        .join(" · ");
      node.replaceChildren(
        h("span", { class: "scenario-title" }, scenario.title),
        h("span", { class: "scenario-text" }, scenario.text ?? words),
      );
    },
  };
}

function exchangeNode() {
  const node = h("article", { class: "exchange", "data-testid": "agent-exchange" });
  const head = h("div", { class: "exchange-head" });
  const request = h("div", { class: "exchange-request" });
  const answer = h("div", { class: "exchange-answer" });
  node.append(head, request, answer);
  return {
    node,
    update(now) {
      redraw(head, [now.at, now.title, now.method, now.path, now.header], () =>
        headLines(now),
      );
      redraw(request, now.request, (body) =>
        body === null || body === undefined ? [] : jsonBlock(body, "Request body"),
      );
      redraw(answer, [now.status, now.response, now.ms, now.waiting, now.at], () =>
        answerLines(now),
      );
    },
  };
}

function headLines(now) {
  return [
    h("p", { class: "comment" }, `# ${now.title ?? ""} `, h("time", null, clock(now.at, true))),
    h(
      "p",
      { class: "request-line" },
      h("span", { class: "prompt", "aria-hidden": "true" }, "→ "),
      h("b", null, now.method),
      ` ${now.path}`,
    ),
    now.header && h("p", { class: "request-line" }, now.header),
  ].filter(Boolean);
}

function answerLines(now) {
  if (now.waiting) return waitingLine(now);
  if (now.status === null || now.status === undefined)
    return h("p", { class: "status bad" }, "← no answer");
  const good = now.status < 300;
  return [
    h(
      "p",
      { class: `status ${good ? "good" : "bad"}` },
      `← ${now.status} ${good ? "" : "refused "}`,
      h("span", { class: "quiet" }, `${now.ms ?? 0} ms`),
    ),
    now.response === null || now.response === undefined
      ? null
      : jsonBlock(now.response, "Response body"),
  ];
}

function waitingLine(now) {
  const seconds = h("span", { class: "quiet" });
  const line = h(
    "p",
    { class: "waiting", "data-testid": "agent-waiting" },
    h("span", { class: "dots", "aria-hidden": "true" }),
    "waiting… a person must decide ",
    seconds,
  );
  const since = new Date(now.at).getTime();
  const tick = () => {
    if (Number.isFinite(since))
      seconds.textContent = `${Math.max(0, Math.round((Date.now() - since) / 1000))} s`;
    if (line.isConnected) setTimeout(tick, 1000);
  };
  setTimeout(tick, 0);
  return line;
}

/** The request the buttons below act on: the newest the agent made, with its newest known status. */
export function currentRequest(exchanges) {
  let current = null;
  for (const one of exchanges) {
    const body = one.response;
    if (!body || typeof body.id !== "string" || !body.id.startsWith("apr_")) continue;
    // What the bot sends itself it reports itself.
    if (one.status === 202) current = { id: body.id, guarded: true };
    if (one.method === "POST" && one.path === "/v1/requests") current = { id: body.id };
    if (current?.id !== body.id) continue;
    current = {
      id: body.id,
      guarded: Boolean(current.guarded),
      code: body.code ?? current.code ?? null,
      status: body.status ?? current.status ?? null,
      reported:
        Boolean(body.execution) ||
        Boolean(current.reported) ||
        (one.path.endsWith("/result") && one.status < 300),
    };
  }
  return current;
}

const statusSigns = {
  pending: "clock",
  approved: "check",
  denied: "cross",
  expired: "clock",
  cancelled: "ban",
};

function drawCurrent(current) {
  if (!current) return [];
  const button = (label, path, body, can, testId) => {
    const node = h(
      "button",
      { type: "button", class: "quiet-button", disabled: !can, "data-testid": testId },
      label,
    );
    node.addEventListener("click", () => act(path, body, node));
    return node;
  };
  const { id, status } = current;
  const ended = status === "approved" && !current.reported;
  return [
    h(
      "span",
      { class: `current-status ${status}` },
      icon(statusSigns[status] ?? "dot"),
      ` ${current.code ?? id} ${status ?? ""}`,
    ),
    button("Cancel", "/play/agent/cancel", { id }, status === "pending", "agent-cancel"),
    ...(current.guarded ? [] : reports()),
  ];

  function reports() {
    return [
      button(
        "Report success",
        "/play/agent/result",
        { id, outcome: "succeeded" },
        ended,
        "agent-succeeded",
      ),
      button(
        "Report failure",
        "/play/agent/result",
        { id, outcome: "failed" },
        ended,
        "agent-failed",
      ),
    ];
  }
}
