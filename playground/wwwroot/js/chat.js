// What the Slack and the Teams side have in common: the list of places, the person switcher, the composer.

import { act } from "./act.js";
import { h, keyed } from "./dom.js";
import { icon } from "./icons.js";
import { choice, choose, person } from "./state.js";

/** The select "You are". `key` is the choice it keeps, `testId` its stable name. */
export function personSwitcher(key, testId) {
  const select = h("select", {
    "data-testid": testId,
    on: { change: () => choose({ [key]: select.value }) },
  });
  const node = h("label", { class: "who" }, h("span", null, "You are"), select);
  return {
    node,
    /** Offers these people and shows the chosen one. */
    update(people) {
      keyed(
        select,
        people,
        (one) => one.key,
        (one) => optionOf(one),
      );
      if (!people.some((one) => one.key === choice[key]) && people.length)
        choice[key] = people[0].key;
      if (select.value !== choice[key]) select.value = choice[key];
    },
  };
}

function optionOf(one) {
  const node = h("option", { value: one.key });
  return {
    node,
    update: (now) =>
      (node.textContent = `${firstName(now)}${now.guest ? " (guest)" : ""} – ${now.role || "member"}`),
  };
}

/** "Bob" of "Bob Ito". */
export function firstName(one) {
  return one.name.split(" ")[0];
}

/** The list of channels and chats. `seen` counts what each person has looked at, for the unread number. */
export function placeList(label, choiceKey, personKey, testPrefix) {
  const seen = new Map();
  const node = h("nav", { class: "places", "aria-label": label });
  return {
    node,
    /** Draws the places; gives the chosen one. */
    update(places) {
      const me = choice[personKey];
      const chosen = places.find((one) => one.id === choice[choiceKey][me]) ?? places[0];
      if (chosen) seen.set(`${me} ${chosen.id}`, chosen.messages.length);
      const lines = places.map((one) => ({
        id: one.id,
        name: one.name,
        kind: one.kind,
        chosen: one === chosen,
        unread: Math.max(0, one.messages.length - (seen.get(`${me} ${one.id}`) ?? 0)),
      }));
      keyed(
        node,
        lines,
        (one) => one.id,
        (one) => placeLine(one, choiceKey, personKey, testPrefix),
      );
      return chosen;
    },
  };
}

function placeLine(one, choiceKey, personKey, testPrefix) {
  const pick = () => choose({ [choiceKey]: { ...choice[choiceKey], [choice[personKey]]: one.id } });
  const node = h("button", {
    type: "button",
    class: "place",
    "data-testid": `${testPrefix}-${one.kind}`,
    on: { click: pick },
  });
  return {
    node,
    update(now) {
      node.setAttribute("aria-current", now.chosen ? "true" : "false");
      node.replaceChildren(
        h(
          "span",
          { class: "place-sign", "aria-hidden": "true" },
          now.kind === "channel" ? "#" : "●",
        ),
        h("span", { class: "place-name" }, now.name),
        now.unread
          ? h("span", { class: "unread", "aria-label": `${now.unread} new` }, String(now.unread))
          : "",
      );
    },
  };
}

/** A person's or the bot's picture: initials on their colour, or the shield. */
export function avatar(key) {
  if (key === "bot")
    return h("span", { class: "avatar av-bot", "aria-hidden": "true" }, icon("shield"));
  const letters = person(key)
    .name.split(/\s+/)
    .map((word) => word[0])
    .join("")
    .slice(0, 2);
  return h(
    "span",
    {
      class: `avatar av-${[...key].reduce((sum, c) => sum + c.charCodeAt(0), 0) % 6}`,
      "aria-hidden": "true",
    },
    letters,
  );
}

/**
 * The box to write in. `send(text)` gives `[path, body]`; `suggestions` are texts to put into it by one click.
 */
export function composer(label, suggestions, send) {
  const box = h("textarea", {
    rows: 1,
    "aria-label": label,
    "data-testid": `${label.split(" ")[0].toLowerCase()}-composer`,
  });
  const button = h("button", { type: "submit", class: "send", "aria-label": "Send" }, icon("send"));
  const chips = h("div", { class: "chips" });
  const form = h(
    "form",
    { class: "composer" },
    chips,
    h("div", { class: "composer-box" }, box, button),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (!text) return box.focus();
    const answer = await act(...send(text), button, form);
    if (answer?.ok && box.value.trim() === text) box.value = "";
    fit();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  const fit = () => (box.rows = Math.min(8, box.value.split("\n").length));
  box.addEventListener("input", fit);
  chips.append(...suggestions.map((text) => chip(text, box, fit)));
  return { node: form, box };
}

function chip(text, box, fit) {
  const put = () => {
    box.value = text;
    fit();
    box.focus();
  };
  return h("button", { type: "button", class: "chip", on: { click: put } }, text);
}

/** Tells, state by state, which messages are new or changed: a function from places to (key → "new" or "changed"). */
export function newsWatcher(idOf) {
  const known = new Map();
  let begun = false;
  return (places) => {
    const news = new Map();
    for (const place of places) {
      for (const message of place.messages) {
        const key = `${place.id} ${idOf(message)}`;
        const json = JSON.stringify(message);
        if (begun && known.get(key) !== json) news.set(key, known.has(key) ? "changed" : "new");
        known.set(key, json);
      }
    }
    begun = true;
    return news;
  };
}
