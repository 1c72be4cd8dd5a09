// Block Kit's input elements, for modals. Every control carries its block and action, so that the values can be
// collected from the page when the modal is sent.

import { h } from "./dom.js";
import { textNodes } from "./mrkdwn.js";
import { state } from "./state.js";

let serial = 0;

/** A labelled input block. */
export function input(block, place) {
  const one = block.element;
  const id = `input-${++serial}`;
  const before = place.values?.[block.block_id]?.[one.action_id];
  const control = (kinds[one.type] ?? unknown)(one, before, id);
  control.dataset.block = block.block_id ?? "";
  control.dataset.action = one.action_id ?? "";
  if (!block.optional && "required" in control) control.setAttribute("aria-required", "true");
  const error = place.errors?.[block.block_id];
  if (error) {
    control.setAttribute("aria-invalid", "true");
    control.setAttribute("aria-describedby", `${id}-error`);
  }
  return h(
    "div",
    { class: "b-input" },
    h(
      "label",
      { for: id },
      textNodes(block.label),
      block.optional && h("span", { class: "quiet" }, " (optional)"),
    ),
    control,
    error && h("p", { class: "b-error", id: `${id}-error` }, error),
    block.hint && h("p", { class: "quiet" }, textNodes(block.hint)),
  );
}

const kinds = {
  plain_text_input: (one, before, id) => textInput(one, before, id, "text"),
  email_text_input: (one, before, id) => textInput(one, before, id, "email"),
  url_text_input: (one, before, id) => textInput(one, before, id, "url"),
  number_input: (one, before, id) => textInput(one, before, id, "text"),
  static_select: (one, before, id) => select(one, before, id, allOptions(one)),
  users_select: (one, before, id) => select(one, before ?? one.initial_user, id, users()),
  radio_buttons: (one, before, id) =>
    choices(one, before ?? one.initial_option?.value ?? "", id, "radio"),
  checkboxes: (one, before, id) =>
    choices(
      one,
      before ?? (one.initial_options ?? []).map((option) => option.value),
      id,
      "checkbox",
    ),
};

function textInput(one, before, id, type) {
  const control = h(one.multiline ? "textarea" : "input", {
    id,
    type: one.multiline ? null : type,
    rows: one.multiline ? 5 : null,
    maxlength: one.max_length ?? 3000,
    placeholder: one.placeholder?.text,
    "data-testid": `slack-input-${one.action_id}`,
  });
  control.value = before ?? one.initial_value ?? "";
  return control;
}

function allOptions(one) {
  return one.options ?? (one.option_groups ?? []).flatMap((group) => group.options);
}

function users() {
  return state.people
    .filter((one) => one.slack)
    .map((one) => ({ value: one.slack, text: { type: "plain_text", text: one.name } }));
}

function select(one, before, id, options) {
  const control = h(
    "select",
    { id, "data-testid": `slack-input-${one.action_id}` },
    h("option", { value: "" }, one.placeholder?.text ?? "Choose…"),
    options.map((option) => h("option", { value: option.value }, textNodes(option.text))),
  );
  control.value = before ?? one.initial_option?.value ?? "";
  return control;
}

function choices(one, before, id, type) {
  const chosen = [before ?? []].flat().flatMap((one) => String(one).split(","));
  const lines = (one.options ?? []).map((option) => {
    const box = h("input", { type, name: id, value: option.value });
    box.checked = chosen.includes(option.value);
    return h("label", { class: "b-choice" }, box, h("span", null, textNodes(option.text)));
  });
  return h("div", { id, role: "group", class: "b-choices" }, lines);
}

function unknown(one, before, id) {
  return h(
    "p",
    { id, class: "b-context" },
    `(An input of type “${one.type}”: not drawn in the playground.)`,
  );
}

/** What stands in the inputs beneath `root`: block → action → value. */
export function collectValues(root) {
  const values = {};
  for (const control of root.querySelectorAll("[data-action]")) {
    const { block, action } = control.dataset;
    values[block] = { ...values[block], [action]: valueOf(control) };
  }
  return values;
}

function valueOf(control) {
  if (control.getAttribute("role") !== "group") return control.value ?? "";
  const chosen = [...control.querySelectorAll(":checked")].map((box) => box.value);
  return chosen.join(",");
}
