// The Slack side.

import { act } from "./act.js";
import { renderBlocks } from "./blocks.js";
import { avatar, composer, firstName, newsWatcher, personSwitcher, placeList } from "./chat.js";
import { announce, clock, flash, followEnd, h, keepFocus, keyed } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { slackModal } from "./modal.js";
import { choice, onState, person } from "./state.js";

const watch = newsWatcher((message) => message.ts);
let news = new Map();
let look = null;

/** Builds the Slack pane in `root` and keeps it up to date. */
export function startSlack(root) {
  const team = h("strong", { class: "team" });
  const who = personSwitcher("slackPerson", "slack-person");
  const places = placeList("Slack channels", "slackPlace", "slackPerson", "slack-place");
  const title = h("h3", { class: "place-title" });
  const list = h("div", {
    class: "messages",
    tabindex: "0",
    role: "group",
    "aria-label": "Slack messages",
  });
  let here = null;
  const write = composer("Slack message", ["/approvals help", "/approvals pending"], (text) => {
    const command = /^\/approvals(?:\s+([\s\S]*))?$/.exec(text);
    const at = { person: choice.slackPerson, channel: here?.id };
    // As Slack does: what follows the command's name is what the bot is sent.
    if (command) return ["/play/slack/command", { ...at, text: command[1] ?? "" }];
    return ["/play/slack/message", { ...at, text }];
  });
  const inside = h(
    "div",
    { class: "pane-inside" },
    h(
      "div",
      { class: "sidebar" },
      h("div", { class: "sidebar-head" }, h("span", { class: "brand" }, "Slack"), team),
      places.node,
    ),
    h(
      "div",
      { class: "place-body" },
      h("div", { class: "place-head" }, title, who.node),
      list,
      write.node,
    ),
  );
  const modal = slackModal(inside);
  root.append(inside, modal.node);
  let shown = null;
  onState(({ people, slack }) => {
    news = watch(slack.channels);
    team.textContent = slack.team;
    who.update(people.filter((one) => one.slack));
    here = places.update(
      slack.channels.filter((one) => one.kind === "channel" || one.member === choice.slackPerson),
    );
    title.textContent = here ? (here.kind === "channel" ? `# ${here.name}` : here.name) : "";
    write.box.placeholder = here
      ? `/approvals help, or message ${here.kind === "channel" ? "#" : ""}${here.name}`
      : "";
    const now = `${choice.slackPerson} ${here?.id}`;
    followEnd(list, () => drawMessages(list, here), now !== shown);
    shown = now;
    modal.update(slack.modals?.[choice.slackPerson] ?? null, choice.slackPerson);
  });
}

function drawMessages(list, here) {
  const me = choice.slackPerson;
  const mine = (here?.messages ?? []).filter(
    (one) => !one.ephemeral_for || one.ephemeral_for === me,
  );
  const items = mine.map((message) => ({ message, channel: here.id, me }));
  look = null;
  keyed(list, items, (one) => `${one.channel} ${one.message.ts} ${me}`, messageNode);
  list.classList.toggle("empty", items.length === 0);
  return look === "end" || look === list.lastElementChild ? look : null;
}

function messageNode({ message, channel, me }) {
  const body = h("div", { class: "message-body" });
  const name = h("div", { class: "message-name" });
  const node = h(
    "article",
    { class: "message", "data-testid": "slack-message" },
    avatar(message.from),
    h("div", { class: "message-main" }, name, body),
  );
  const click = (element, value, control) =>
    act(
      "/play/slack/click",
      { person: me, channel, ts: message.ts, action_id: element.action_id, value },
      control,
      node,
    );
  return {
    node,
    update({ message: now }) {
      node.classList.toggle("ephemeral", Boolean(now.ephemeral_for));
      name.replaceChildren(...nameLine(now));
      const content = now.blocks?.length
        ? renderBlocks(now.blocks, { click })
        : [h("div", { class: "b-text" }, mrkdwn(now.text ?? ""))];
      keepFocus(body, () => body.replaceChildren(...content));
      notice(node, `${channel} ${now.ts}`, now);
    },
  };
}

function notice(node, key, message) {
  const what = news.get(key);
  if (!what) return;
  flash(node);
  look = what === "new" || look === "end" ? "end" : node;
  const from = message.from === "bot" ? "ChatApprovals" : firstName(person(message.from));
  announce(`Slack, ${what} message from ${from}: ${message.text ?? ""}`);
}

function nameLine(message) {
  const isBot = message.from === "bot";
  return [
    h("strong", null, isBot ? "ChatApprovals" : person(message.from).name),
    isBot ? h("span", { class: "app-tag" }, "APP") : "",
    h("time", null, clock(message.ts)),
    message.edited ? h("span", { class: "quiet" }, "(edited)") : "",
    message.ephemeral_for ? h("span", { class: "only-you" }, "Only visible to you") : "",
  ].filter(Boolean);
}
