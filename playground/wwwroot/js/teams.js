// The Teams side.

import { act } from "./act.js";
import { cardView } from "./card.js";
import { avatar, composer, firstName, newsWatcher, personSwitcher, placeList } from "./chat.js";
import { announce, clock, flash, followEnd, h, keyed } from "./dom.js";
import { icon } from "./icons.js";
import { choice, onState, person } from "./state.js";

const watch = newsWatcher((message) => message.id);
let news = new Map();
let look = null;

/** Builds the Teams pane in `root` and keeps it up to date. */
export function startTeams(root) {
  const team = h("strong", { class: "team" });
  const who = personSwitcher("teamsPerson", "teams-person");
  const places = placeList("Teams chats", "teamsPlace", "teamsPerson", "teams-place");
  const title = h("h3", { class: "place-title" });
  const list = h("div", {
    class: "messages",
    tabindex: "0",
    role: "group",
    "aria-label": "Teams messages",
  });
  let here = null;
  const write = composer(
    "Teams message",
    ["@ChatApprovals help", "@ChatApprovals pending"],
    (text) => ["/play/teams/message", { person: choice.teamsPerson, conversation: here?.id, text }],
  );
  root.append(
    h(
      "div",
      { class: "pane-inside" },
      h(
        "div",
        { class: "sidebar" },
        h("div", { class: "sidebar-head" }, h("span", { class: "brand" }, "Teams"), team),
        places.node,
      ),
      h(
        "div",
        { class: "place-body" },
        h("div", { class: "place-head" }, title, who.node),
        list,
        write.node,
      ),
    ),
  );
  let shown = null;
  onState(({ people, teams }) => {
    news = watch(teams.conversations);
    team.textContent = teams.team;
    who.update(people.filter((one) => one.teams));
    here = places.update(
      teams.conversations.filter(
        (one) => one.kind === "channel" || one.member === choice.teamsPerson,
      ),
    );
    title.textContent = here?.name ?? "";
    write.box.placeholder =
      here?.kind === "personal" ? "Message ChatApprovals, e.g. help" : "@ChatApprovals help";
    const now = `${choice.teamsPerson} ${here?.id}`;
    followEnd(list, () => drawMessages(list, here), now !== shown);
    shown = now;
  });
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

function drawMessages(list, here) {
  const me = choice.teamsPerson;
  const items = (here?.messages ?? []).map((message) => ({
    message: seenBy(me, message),
    conversation: here.id,
    me,
  }));
  look = null;
  keyed(list, items, (one) => `${one.conversation} ${one.message.id} ${me}`, messageNode);
  list.classList.toggle("empty", items.length === 0);
  return look === "end" || look === list.lastElementChild ? look : null;
}

function messageNode({ message, conversation, me }) {
  const name = h("div", { class: "message-name" });
  const text = h("div", { class: "t-text" });
  const bar = h("div", { class: "t-bar", role: "status", hidden: true });
  const node = h("article", { class: "message", "data-testid": "teams-message" });
  const card = cardView((verb, data, control) =>
    act(
      "/play/teams/click",
      { person: me, conversation, message: message.id, verb, data },
      control ?? node,
      node,
    ),
  );
  node.append(
    avatar(message.from),
    h("div", { class: "message-main" }, name, text, card.node, bar),
  );
  return {
    node,
    update({ message: now }) {
      name.replaceChildren(...nameLine(now));
      text.textContent = now.text ?? "";
      text.hidden = !now.text;
      card.update(now.card);
      bar.hidden = !now.bar;
      bar.replaceChildren(...(now.bar ? [icon("flag"), h("span", null, now.bar)] : []));
      notice(node, `${conversation} ${now.id}`, now);
    },
  };
}

function nameLine(message) {
  const isBot = message.from === "bot";
  return [
    h("strong", null, isBot ? "ChatApprovals" : person(message.from).name),
    h("time", null, clock(message.id)),
    message.edited ? h("span", { class: "quiet" }, "Edited") : "",
    message.ownView ? h("span", { class: "only-you" }, "This view is yours alone") : "",
  ].filter(Boolean);
}

function notice(node, key, message) {
  const what = news.get(key);
  if (!what) return;
  flash(node);
  look = what === "new" || look === "end" ? "end" : node;
  const from = message.from === "bot" ? "ChatApprovals" : firstName(person(message.from));
  announce(
    `Teams, ${what} message from ${from}: ${message.text ?? message.card?.fallbackText ?? "a card"}`,
  );
}
