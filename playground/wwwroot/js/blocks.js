// Block Kit, drawn as Slack draws it. `place` is where the blocks stand: `click(element, value, control)`
// for what acts at once, and `values` (block → action → value) for what was typed there before.

import { clock, h, link } from "./dom.js";
import { input } from "./inputs.js";
import { channelMention, emojiText, mention, textNodes } from "./mrkdwn.js";

/** Nodes for a list of blocks. */
export function renderBlocks(blocks, place) {
  return blocks.map((block) => {
    const draw = kinds[block.type] ?? unknown;
    return draw(block, place);
  });
}

const kinds = {
  header: (block) => h("h4", { class: "b-header" }, textNodes(block.text)),
  divider: () => h("hr", { class: "b-divider" }),
  section,
  context: (block) => h("div", { class: "b-context" }, block.elements.map(contextElement)),
  actions: (block, place) =>
    h(
      "div",
      { class: "b-actions" },
      block.elements.map((one) => element(one, place, block)),
    ),
  rich_text: (block) => h("div", { class: "b-rich" }, block.elements.map(richPart)),
  input: (block, place) => input(block, place),
  image: (block) => h("p", { class: "b-context" }, `Image: ${block.alt_text ?? ""}`),
};

function unknown(block) {
  return h(
    "p",
    { class: "b-context" },
    `(A block of type “${block.type}”: not drawn in the playground.)`,
  );
}

function section(block, place) {
  return h(
    "div",
    { class: "b-section" },
    h(
      "div",
      { class: "b-section-words" },
      block.text && h("div", { class: "b-text" }, textNodes(block.text)),
      block.fields &&
        h(
          "div",
          { class: "b-fields" },
          block.fields.map((field) => h("div", null, textNodes(field))),
        ),
    ),
    block.accessory && element(block.accessory, place, block),
  );
}

function contextElement(one) {
  return one.type === "image"
    ? h("span", null, one.alt_text ?? "")
    : h("span", null, textNodes(one));
}

/** Something to press or choose that acts at once. */
function element(one, place, block) {
  if (one.type === "button") return button(one, place);
  if (one.type === "static_select" || one.type === "overflow") return menu(one, place);
  return input({ block_id: block.block_id, element: one, label: one.placeholder }, place);
}

function button(one, place) {
  const control = h(
    "button",
    {
      type: "button",
      class: `b-button ${one.style ?? ""}`,
      "data-testid": `slack-button-${one.action_id}`,
      "aria-label": one.accessibility_label,
    },
    textNodes(one.text),
  );
  control.addEventListener("click", () => {
    if (
      one.confirm &&
      !confirm(`${one.confirm.title?.text ?? ""}\n${one.confirm.text?.text ?? ""}`)
    )
      return;
    place.click(one, one.value ?? "", control);
  });
  return control;
}

function menu(one, place) {
  const label = one.placeholder?.text ?? (one.type === "overflow" ? "More…" : "Choose…");
  const control = h(
    "select",
    { class: "b-select", "aria-label": label, "data-testid": `slack-select-${one.action_id}` },
    h("option", { value: "" }, label),
    (one.options ?? []).map((option) =>
      h("option", { value: option.value }, textNodes(option.text)),
    ),
  );
  control.value = one.initial_option?.value ?? "";
  control.addEventListener(
    "change",
    () => control.value && place.click(one, control.value, control),
  );
  return control;
}

function richPart(part) {
  if (part.type === "rich_text_preformatted") return preformatted(part);
  if (part.type === "rich_text_quote") return h("blockquote", null, part.elements.map(inline));
  if (part.type === "rich_text_list") return list(part);
  if (part.type === "rich_text_section")
    return h("div", { class: "b-text" }, part.elements.map(inline));
  return h("div", { class: "b-context" }, `(“${part.type}”: not drawn in the playground.)`);
}

function preformatted(part) {
  const pre = h("pre", { tabindex: "0", "aria-label": "Preformatted text" });
  if (part.language !== "diff") return pre.append(...part.elements.map(inline)) ?? pre;
  const text = part.elements.map((one) => one.text ?? one.url ?? "").join("");
  const lines = text
    .split("\n")
    .map((line) => h("span", { class: `line ${lineKind(line)}` }, `${line}\n`));
  pre.append(...lines);
  return pre;
}

function lineKind(line) {
  if (/^(\+\+\+|---|@@)/.test(line)) return "meta";
  if (line.startsWith("+")) return "plus";
  return line.startsWith("-") ? "minus" : "";
}

function list(part) {
  const tag = part.style === "ordered" ? "ol" : "ul";
  const items = part.elements.map((item) => h("li", null, (item.elements ?? []).map(inline)));
  return h(
    tag,
    {
      class: `b-list indent-${Math.min(part.indent ?? 0, 4)}`,
      start: part.offset ? part.offset + 1 : null,
    },
    items,
  );
}

function inline(one) {
  return styled(inlineContent(one), one.style ?? {});
}

function inlineContent(one) {
  if (one.type === "text") return one.text ?? "";
  if (one.type === "link") return link(one.url, one.text ?? one.url);
  if (one.type === "emoji") return emojiText(one.name, one.unicode);
  if (one.type === "user") return mention(one.user_id);
  if (one.type === "channel") return channelMention(one.channel_id);
  if (one.type === "date")
    return one.fallback ?? clock(new Date(one.timestamp * 1000).toISOString());
  if (one.type === "broadcast") return h("span", { class: "mention" }, `@${one.range}`);
  return `(${one.type})`;
}

function styled(content, style) {
  let node = content;
  if (style.code) node = h("code", null, node);
  if (style.strike) node = h("s", null, node);
  if (style.italic) node = h("em", null, node);
  if (style.bold) node = h("strong", null, node);
  return node;
}
