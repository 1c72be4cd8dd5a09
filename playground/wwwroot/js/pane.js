// One chat's pane, Slack's or Teams': where you are and who, the messages, the box to write in. What differs between the
// two is said by `chat`:
//   key, label, placesLabel, choices   names: of test ids, for screen readers, of this window's choices
//   of(state)                          this chat's part of the state, with `team`
//   all(part)                          its channels and chats; each person sees the channels and their own chats
//   idOf(message)                      the message's id, which is also its time
//   seenBy(me, message)                what `me` sees of a message; null: nothing
//   body(node, at)                     `{nodes, update(message)}`: what stands below a message's name
//   words(message)                     small words beside that name
//   suggestions, placeholder(here), send(text, at)   the box to write in

import { avatar, composer, firstName, newsWatcher, personSwitcher, placeList } from "./chat.js";
import { announce, clock, flash, followEnd, h, keyed } from "./dom.js";
import { choice, onState, person } from "./state.js";

/** Builds the pane in `root` and keeps it up to date; gives the part that rests while a modal is open. */
export function chatPane(root, chat) {
  const { personKey, placeKey } = chat.choices;
  const team = h("strong", { class: "team" });
  const who = personSwitcher(personKey, `${chat.key}-person`);
  const places = placeList(chat.placesLabel, placeKey, personKey, `${chat.key}-place`);
  const title = h("h3", { class: "place-title" });
  const list = h("div", {
    class: "messages",
    tabindex: "0",
    role: "group",
    "aria-label": `${chat.label} messages`,
  });
  let here = null;
  const write = composer(`${chat.label} message`, chat.suggestions, (text) =>
    chat.send(text, { person: choice[personKey], place: here?.id }),
  );
  const inside = h(
    "div",
    { class: "pane-inside" },
    h(
      "div",
      { class: "sidebar" },
      h("div", { class: "sidebar-head" }, h("span", { class: "brand" }, chat.label), team),
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
  root.append(inside);
  const messages = messageList(list, chat);
  onState((state) => {
    const part = chat.of(state);
    team.textContent = part.team;
    who.update(state.people.filter((one) => one[chat.key]));
    const me = choice[personKey];
    const mine = chat.all(part).filter((one) => one.kind === "channel" || one.member === me);
    here = places.update(mine);
    title.textContent = here ? `${here.kind === "channel" ? "# " : ""}${here.name}` : "";
    write.box.placeholder = here ? chat.placeholder(here) : "";
    messages.update(part, here, me);
  });
  return inside;
}

function messageList(list, chat) {
  const watch = newsWatcher(chat.idOf);
  const round = { news: new Map(), look: null };
  let shown = null;
  const draw = (here, me) => {
    const items = (here?.messages ?? [])
      .map((message) => ({ message: chat.seenBy(me, message), place: here.id, me }))
      .filter((item) => item.message);
    round.look = null;
    keyed(
      list,
      items,
      (one) => `${one.place} ${chat.idOf(one.message)} ${me}`,
      (one) => messageNode(one, chat, round),
    );
    list.classList.toggle("empty", items.length === 0);
    return round.look === "end" || round.look === list.lastElementChild ? round.look : null;
  };
  return {
    update(part, here, me) {
      round.news = watch(chat.all(part));
      const now = `${me} ${here?.id}`;
      followEnd(list, () => draw(here, me), now !== shown);
      shown = now;
    },
  };
}

function messageNode({ message, ...at }, chat, round) {
  const name = h("div", { class: "message-name" });
  const node = h("article", { class: "message", "data-testid": `${chat.key}-message` });
  const body = chat.body(node, { ...at, id: chat.idOf(message) });
  node.append(avatar(message.from), h("div", { class: "message-main" }, name, body.nodes));
  return {
    node,
    update({ message: now }) {
      name.replaceChildren(
        h("strong", null, now.from === "bot" ? "ChatApprovals" : person(now.from).name),
        ...chat.words(now),
        h("time", null, clock(chat.idOf(now))),
      );
      body.update(now);
      notice(node, `${at.place} ${chat.idOf(now)}`, now, chat, round);
    },
  };
}

/** Shows and says that a message is new or has changed. */
function notice(node, key, message, chat, round) {
  const what = round.news.get(key);
  if (!what) return;
  flash(node);
  round.look = what === "new" || round.look === "end" ? "end" : node;
  const from = message.from === "bot" ? "ChatApprovals" : firstName(person(message.from));
  const text = message.text || message.card?.fallbackText || "a card";
  announce(`${chat.label}, ${what} message from ${from}: ${text}`);
}
