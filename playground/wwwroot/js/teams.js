// The Teams side.

import { act } from "./act.js";
import { cardView } from "./card.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { chatPane } from "./pane.js";

const teams = {
  key: "teams",
  label: "Teams",
  placesLabel: "Teams chats",
  choices: { personKey: "teamsPerson", placeKey: "teamsPlace" },
  suggestions: ["@ChatApprovals help", "@ChatApprovals pending"],
  of: (state) => state.teams,
  all: (part) => part.conversations,
  idOf: (message) => message.id,
  placeholder: (here) =>
    here.kind === "personal" ? "Type a message" : "Type a message, @ChatApprovals first",
  seenBy,
  send: (text, { person, place }) => [
    "/play/teams/message",
    { person, conversation: place, text },
  ],
  words,
  body,
};

/** Builds the Teams pane in `root` and keeps it up to date. */
export function startTeams(root) {
  chatPane(root, teams);
}

/** What `me` sees of a message: the card made for them where there is one, and the bar meant for them. */
function seenBy(me, message) {
  const { views, note, ...rest } = message;
  return {
    ...rest,
    card: views?.[me] ?? message.card,
    ownView: Boolean(views?.[me]),
    bar: note?.[me] ?? null,
  };
}

function words(message) {
  return [
    message.thread ? h("span", { class: "quiet" }, "in the card’s thread") : "",
    message.edited ? h("span", { class: "quiet" }, "Edited") : "",
    message.ownView ? h("span", { class: "only-you" }, "This view is yours alone") : "",
  ].filter(Boolean);
}

function body(node, { place, me, id }) {
  const text = h("div", { class: "t-text" });
  const bar = h("div", { class: "t-bar", role: "status", hidden: true, "data-testid": "teams-note" });
  const card = cardView((verb, data, control) =>
    act(
      "/play/teams/click",
      { person: me, conversation: place, message: id, verb, data },
      control ?? node,
      node,
    ),
  );
  return {
    nodes: [text, card.node, bar],
    update(now) {
      text.textContent = now.text ?? "";
      text.hidden = !now.text;
      card.update(now.card);
      bar.hidden = !now.bar;
      bar.replaceChildren(...(now.bar ? [icon("flag"), h("span", null, now.bar)] : []));
    },
  };
}
