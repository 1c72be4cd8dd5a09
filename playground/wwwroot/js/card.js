// A Teams card: drawn by the platform's own renderer where it is there, else plainly by ourselves.

import { toast } from "./act.js";
import { h, keepFocus, redraw, safeUrl } from "./dom.js";
import { hostConfig } from "./hostconfig.js";
import { plainCard } from "./plaincard.js";

let renderer = null;

/** Loads the renderer and its Markdown; settles either way. */
export async function loadCardRenderer() {
  try {
    await script("vendor/markdown-it.min.js");
    await script("vendor/adaptivecards.min.js");
    const { AdaptiveCards, markdownit } = window;
    const markdown = markdownit({ html: false, linkify: false });
    markdown.disable([
      "image",
      "table",
      "code",
      "fence",
      "heading",
      "lheading",
      "html_block",
      "html_inline",
    ]);
    AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
      result.outputHtml = markdown.render(text);
      result.didProcess = true;
    };
    renderer = { AdaptiveCards, config: new AdaptiveCards.HostConfig(hostConfig) };
  } catch {
    renderer = null;
  }
}

function script(address) {
  return new Promise((resolve, reject) => {
    const element = h("script", {
      src: address,
      on: { load: resolve, error: () => reject(new Error(address)) },
    });
    document.head.append(element);
  });
}

/**
 * A place for one card. `execute(verb, data, control)` is called for a pressed button. The card is drawn again only
 * when its JSON changed; what was typed stays in the inputs that stay.
 */
export function cardView(execute) {
  const node = h("div", { class: "t-card", hidden: true });
  return {
    node,
    /** Shows this card, or none. */
    update(card) {
      node.hidden = !card;
      const typed = typedBefore(node);
      const draws = () => redraw(node, card, () => card && draw(card, execute));
      if (!keepFocus(node, draws) || !card) return;
      for (const [id, value] of typed) restore(node, id, value);
    },
  };
}

function typedBefore(node) {
  return [...node.querySelectorAll("input, textarea, select")]
    .filter((one) => one.dataset.input)
    .map((one) => [one.dataset.input, one.value]);
}

function restore(node, id, value) {
  const control = node.querySelector(`[data-input="${CSS.escape(id)}"]`);
  if (!control || !value) return;
  control.value = value;
  control.dispatchEvent(new Event("input", { bubbles: true }));
}

function draw(card, execute) {
  if (!renderer) return plainCard(card, execute);
  const { AdaptiveCards, config } = renderer;
  const adaptive = new AdaptiveCards.AdaptiveCard();
  adaptive.hostConfig = config;
  adaptive.onExecuteAction = (action) => run(action, execute);
  adaptive.onInlineCardExpanded = () => nameParts(adaptive);
  adaptive.onAnchorClicked = (_, anchor) => !safeUrl(anchor.href);
  adaptive.parse(card);
  const element = adaptive.render();
  if (!element) return plainCard(card, execute);
  nameParts(adaptive);
  return element;
}

/** Stable names for tests and for keeping what was typed. */
function nameParts(adaptive) {
  for (const input of adaptive.getAllInputs(true)) {
    const control = input.renderedInputControlElement?.matches?.("input, textarea, select")
      ? input.renderedInputControlElement
      : input.renderedElement?.querySelector("input, textarea, select");
    if (!control || !input.id) continue;
    control.dataset.input = input.id;
    control.dataset.testid = `teams-input-${input.id}`;
  }
  nameActions(adaptive);
}

function nameActions(item) {
  for (let index = 0; index < (item.getActionCount?.() ?? 0); index++) {
    const action = item.getActionAt(index);
    if (action?.renderedElement)
      action.renderedElement.dataset.testid = `teams-button-${action.verb ?? action.getJsonTypeName()}`;
    if (action?.card) nameActions(action.card);
  }
  for (let index = 0; index < (item.getItemCount?.() ?? 0); index++)
    nameActions(item.getItemAt(index));
}

function run(action, execute) {
  const kind = action.getJsonTypeName();
  if (kind === "Action.OpenUrl") {
    const href = safeUrl(action.url);
    if (href) open(href, "_blank", "noopener,noreferrer");
    return;
  }
  const control = action.renderedElement;
  if (kind === "Action.Execute") execute(action.verb ?? "", action.data ?? {}, control);
  else if (control)
    toast(
      `Teams would run “${kind}” here; the playground does not.`,
      control.getBoundingClientRect(),
    );
}
