// A plain drawing of a Teams card, for when the platform's renderer was not installed. It shows every word and
// every button, not the platform's looks.

import { toast } from "./act.js";
import { h, link } from "./dom.js";

/** The card as nodes; `execute(verb, data, control)` for a pressed button. */
export function plainCard(card, execute) {
  const root = h("div", { class: "plain-card" });
  root.append(
    h(
      "p",
      { class: "plain-note" },
      "Install Node.js and build again to see cards drawn as Teams draws them. This is a plain stand-in.",
    ),
    ...items(card.body, root, execute),
    ...actions(card.actions, root, execute),
  );
  return root;
}

function items(list, root, execute) {
  return (list ?? [])
    .filter((one) => one.isVisible !== false)
    .flatMap((one) => item(one, root, execute));
}

function item(one, root, execute) {
  switch (one.type) {
    case "TextBlock":
      return [h("p", { class: one.weight === "Bolder" ? "strong" : null }, one.text ?? "")];
    case "RichTextBlock":
      return [h("p", null, (one.inlines ?? []).map(run))];
    case "FactSet":
      return [
        h(
          "dl",
          null,
          (one.facts ?? []).flatMap((fact) => [
            h("dt", null, fact.title),
            h("dd", null, fact.value),
          ]),
        ),
      ];
    case "ColumnSet":
      return [
        h(
          "div",
          { class: "plain-columns" },
          (one.columns ?? []).map((column) => h("div", null, items(column.items, root, execute))),
        ),
      ];
    case "Container":
      return [
        h(
          "div",
          { class: `plain-box ${(one.style ?? "").toLowerCase()}` },
          items(one.items, root, execute),
        ),
      ];
    case "ActionSet":
      return actions(one.actions, root, execute);
    case "Input.Text":
      return [textInput(one)];
    default:
      return one.fallback?.type
        ? item(one.fallback, root, execute)
        : [h("p", { class: "quiet" }, `(“${one.type}” needs the real renderer.)`)];
  }
}

function run(inline) {
  if (typeof inline === "string") return inline;
  return h(
    "span",
    {
      class: `${inline.fontType === "Monospace" ? "mono" : ""} ${inline.weight === "Bolder" ? "strong" : ""}`,
    },
    inline.text ?? "",
  );
}

function textInput(one) {
  const control = h(one.isMultiline ? "textarea" : "input", {
    "data-input": one.id,
    "data-testid": `teams-input-${one.id}`,
    placeholder: one.placeholder,
    maxlength: one.maxLength,
    "data-required": one.isRequired ? (one.errorMessage ?? "This must be filled in.") : null,
  });
  control.value = one.value ?? "";
  return h(
    "label",
    { class: "plain-input" },
    h("span", null, one.label ?? one.placeholder ?? one.id),
    control,
  );
}

function actions(list, root, execute) {
  if (!list?.length) return [];
  return [
    h(
      "div",
      { class: "plain-actions" },
      list.map((action) => actionNode(action, root, execute)),
    ),
  ];
}

function actionNode(action, root, execute) {
  if (action.type === "Action.OpenUrl") return link(action.url, action.title ?? action.url);
  if (action.type === "Action.ShowCard")
    return h(
      "details",
      null,
      h("summary", null, action.title),
      items(action.card?.body, root, execute),
      actions(action.card?.actions, root, execute),
    );
  const control = h(
    "button",
    { type: "button", class: "b-button", "data-testid": `teams-button-${action.verb}` },
    action.title ?? action.verb ?? "",
  );
  control.addEventListener("click", () => press(action, root, control, execute));
  return control;
}

/** The inputs of the card and of the folded cards the button stands in. */
function inputsFor(control, root) {
  return [...root.querySelectorAll("[data-input]")].filter(
    (one) => one.closest("details")?.contains(control) ?? true,
  );
}

function press(action, root, control, execute) {
  const data = { ...action.data };
  for (const input of action.associatedInputs === "none" ? [] : inputsFor(control, root)) {
    if (input.dataset.required && !input.value.trim()) {
      toast(input.dataset.required, input.getBoundingClientRect());
      return input.focus();
    }
    data[input.dataset.input] = input.value;
  }
  execute(action.verb ?? "", data, control);
}
