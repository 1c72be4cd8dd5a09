// What people asked the agent: each question with a field for the answer.

import { act } from "./act.js";
import { h, keyed } from "./dom.js";

/** The list of questions that wait for the agent. */
export function askedList() {
  const node = h("div", { class: "asked" });
  return {
    node,
    /** Reads them from what the agent has seen. */
    update: (exchanges) => keyed(node, openQuestions(exchanges), (one) => one.id, questionNode),
  };
}

/** What people asked and the agent has not answered, of all requests that wait as far as the agent knows. */
function openQuestions(exchanges) {
  const requests = new Map();
  for (const { response } of exchanges) {
    if (typeof response?.id === "string" && Array.isArray(response.questions))
      requests.set(response.id, response);
  }
  return [...requests.values()]
    .filter((request) => request.status === "pending")
    .flatMap((request) =>
      request.questions
        .filter((one) => one.answer === null)
        .map((one) => ({ ...one, request: request.id, code: request.code })),
    );
}

/** A question with a field for the answer. */
function questionNode(first) {
  const box = h("input", {
    type: "text",
    "aria-label": `The agent's answer to ${first.from}`,
    placeholder: "The agent answers…",
    "data-testid": "agent-answer",
  });
  const send = h("button", { type: "submit", class: "quiet-button" }, "Answer");
  const words = h("p", null);
  const node = h(
    "form",
    { class: "question", "data-testid": "agent-question" },
    words,
    h("div", { class: "question-row" }, box, send),
  );
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!box.value.trim()) return box.focus();
    const { id: question, request: id } = first;
    act("/play/agent/answer", { id, question, text: box.value }, send, node);
  });
  return {
    node,
    update: (now) => words.replaceChildren(h("b", null, `${now.from} asks`), ` (${now.code}): ${now.text}`),
  };
}
