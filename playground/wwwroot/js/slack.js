// The Slack side.

import { act } from "./act.js";
import { renderBlocks } from "./blocks.js";
import { h, keepFocus } from "./dom.js";
import { slackModal } from "./modal.js";
import { mrkdwn } from "./mrkdwn.js";
import { chatPane } from "./pane.js";
import { choice, onState } from "./state.js";

const slack = {
  key: "slack",
  label: "Slack",
  placesLabel: "Slack channels",
  choices: { personKey: "slackPerson", placeKey: "slackPlace" },
  suggestions: ["/approvals help", "/approvals pending"],
  of: (state) => state.slack,
  all: (part) => part.channels,
  idOf: (message) => message.ts,
  seenBy: (me, message) =>
    !message.ephemeral_for || message.ephemeral_for === me ? message : null,
  placeholder: (here) => `Message ${here.kind === "channel" ? "#" : ""}${here.name}`,
  send,
  words,
  body,
};

/** Builds the Slack pane in `root` and keeps it up to date. */
export function startSlack(root) {
  const modal = slackModal(chatPane(root, slack));
  root.append(modal.node);
  onState((state) =>
    modal.update(state.slack.modals?.[choice.slackPerson] ?? null, choice.slackPerson),
  );
}

function send(text, { person, place }) {
  const at = { person, channel: place };
  const command = /^\/approvals(?:\s+([\s\S]*))?$/.exec(text);
  // As Slack does: what follows the command's name is what the bot is sent.
  if (command) return ["/play/slack/command", { ...at, text: command[1] ?? "" }];
  return ["/play/slack/message", { ...at, text }];
}

function words(message) {
  return [
    message.from === "bot" ? h("span", { class: "app-tag" }, "APP") : "",
    message.thread ? h("span", { class: "quiet" }, "in the card’s thread") : "",
    message.edited ? h("span", { class: "quiet" }, "(edited)") : "",
    message.ephemeral_for ? h("span", { class: "only-you" }, "Only visible to you") : "",
  ].filter(Boolean);
}

function body(node, { place, me, id }) {
  const content = h("div", { class: "message-body" });
  const click = (element, value, control) =>
    act(
      "/play/slack/click",
      { person: me, channel: place, ts: id, action_id: element.action_id, value },
      control,
      node,
    );
  return {
    nodes: [content],
    update(now) {
      node.classList.toggle("ephemeral", Boolean(now.ephemeral_for));
      const drawn = now.blocks?.length
        ? renderBlocks(now.blocks, { click })
        : [h("div", { class: "b-text" }, mrkdwn(now.text ?? ""))];
      keepFocus(content, () => content.replaceChildren(...drawn));
    },
  };
}
