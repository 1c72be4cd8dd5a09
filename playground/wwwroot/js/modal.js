// A Slack modal: stands over its pane, which rests until the modal is answered.

import { act } from "./act.js";
import { renderBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { collectValues } from "./inputs.js";
import { textNodes } from "./mrkdwn.js";

/** The place for one modal over `behind`. */
export function slackModal(behind) {
  const dialog = h("dialog", { class: "modal", "data-testid": "slack-modal" });
  const node = h("div", { class: "modal-place", hidden: true }, dialog);
  let drawn = null;
  let owner = null;
  let opener = null;
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Escape") dialog.querySelector("[data-cancel]")?.click();
    if (event.key === "Tab") stayInside(dialog, event);
  });
  return {
    node,
    /** Shows this person's modal, or none. What was typed stays when only the view changed. */
    update(modal, person) {
      const json = modal && JSON.stringify([modal, person]);
      if (json === drawn) return;
      drawn = json;
      const wasOpen = !node.hidden;
      node.hidden = !modal;
      behind.inert = Boolean(modal);
      if (!modal) return close(wasOpen);
      const same = wasOpen && owner === `${person} ${modal.id}`;
      if (!wasOpen) opener = document.activeElement;
      owner = `${person} ${modal.id}`;
      const hadFocus = node.contains(document.activeElement) || !wasOpen;
      dialog.replaceChildren(form(modal, person, dialog, same ? collectValues(dialog) : {}));
      dialog.setAttribute("aria-label", modal.view.title?.text ?? "Slack dialog");
      if (!dialog.open) dialog.show();
      if (hadFocus) focusFirst(dialog, behind, opener);
    },
  };

  function close(wasOpen) {
    if (dialog.open) dialog.close();
    dialog.replaceChildren();
    if (!wasOpen || document.activeElement !== document.body) return;
    // The button that opened it may be gone with the card's last change; then the messages are the place to be.
    const back = opener?.isConnected ? opener : behind.querySelector(".messages");
    back?.focus({ preventScroll: true });
  }
}

/** Tab goes round inside the modal, as it does in Slack. */
function stayInside(dialog, event) {
  const stops = [...dialog.querySelectorAll("button, textarea, input, select, a[href], [tabindex='0']")];
  const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
  if (document.activeElement !== from) return;
  event.preventDefault();
  to.focus();
}

function focusFirst(dialog, behind, opener) {
  const busyElsewhere = opener && opener !== document.body && !behind.contains(opener);
  if (busyElsewhere) return;
  (dialog.querySelector("textarea, input, select") ?? dialog.querySelector("button"))?.focus({
    preventScroll: true,
  });
}

function form({ view, errors }, person, dialog, values) {
  const body = h("div", { class: "modal-body", tabindex: "0" });
  const send = (extra, control) =>
    act(
      "/play/slack/view",
      { person, submit: false, values: collectValues(body), ...extra },
      control,
      dialog,
    );
  const click = (element, value, control) =>
    send({ action: { action_id: element.action_id, value } }, control);
  body.append(...renderBlocks(view.blocks ?? [], { click, values, errors }));
  const cancel = h(
    "button",
    { type: "button", class: "b-button", "data-cancel": true, "data-testid": "slack-modal-cancel" },
    view.close ? textNodes(view.close) : "Cancel",
  );
  cancel.addEventListener("click", () => send({}, cancel));
  const submit =
    view.submit &&
    h(
      "button",
      { type: "submit", class: "b-button primary", "data-testid": "slack-modal-submit" },
      textNodes(view.submit),
    );
  const node = h(
    "form",
    { novalidate: true },
    h(
      "h3",
      { class: "modal-title" },
      h("span", { class: "avatar av-bot small" }, icon("shield")),
      textNodes(view.title),
    ),
    body,
    h("div", { class: "modal-foot" }, cancel, submit),
  );
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    if (submit) send({ submit: true }, submit);
  });
  return node;
}
