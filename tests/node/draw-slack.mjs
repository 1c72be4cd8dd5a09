// Draws Block Kit as HTML the way Slack's clients do, as far as cards use it. Text is always escaped: what looks live here
// is a style of the card itself.
const escape = (text) =>
  text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

const run = ({ text, style = {} }) => {
  let html = escape(text).replace(/\n/g, "<br>");
  if (style.code) html = `<code>${html}</code>`;
  if (style.italic) html = `<i>${html}</i>`;
  return style.bold ? `<b>${html}</b>` : html;
};

const rich = (element) => {
  const inner = element.elements.map(run).join("");
  if (element.type === "rich_text_quote") return `<blockquote>${inner}</blockquote>`;
  if (element.type === "rich_text_preformatted")
    return `<pre>${escape(element.elements.map((e) => e.text).join(""))}</pre>`;
  return `<p>${inner}</p>`;
};

const button = (b) => `<button class="${b.style ?? ""}">${escape(b.text.text)}</button>`;

const field = (b) => {
  const text = b.element.initial_value ?? "";
  const rows = Math.max(3, text.split("\n").length);
  const optional = b.optional ? ' <span class="optional">(optional)</span>' : "";
  return `<label>${escape(b.label.text)}${optional}<textarea rows="${rows}">${escape(text)}</textarea></label>`;
};

const block = (b) =>
  ({
    header: () => `<h1>${escape(b.text.text)}</h1>`,
    divider: () => "<hr>",
    context: () => `<small>${b.elements.map((e) => escape(e.text)).join(" ")}</small>`,
    rich_text: () => b.elements.map(rich).join(""),
    actions: () => `<div class="actions">${b.elements.map(button).join("")}</div>`,
    input: () => field(b),
  })[b.type]();

export const slackCss = `
.slack { font: 15px/1.46 "Lato", "DejaVu Sans", "Noto Color Emoji", sans-serif; color: #1d1c1d; background: #fff; padding: 12px 16px; }
.slack h1 { font-size: 18px; margin: 4px 0 8px; }
.slack p { margin: 0; } .slack section { margin: 8px 0; overflow-wrap: anywhere; }
.slack code { font: 12px/1.5 "DejaVu Sans Mono", monospace; font-weight: inherit; color: #c01343; background: #f8f8f8; border: 1px solid #ddd; border-radius: 3px; padding: 1px 3px; }
.slack pre { font: 12px/1.5 "DejaVu Sans Mono", monospace; background: #f8f8f8; border: 1px solid #ddd; border-radius: 4px; padding: 8px; margin: 4px 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.slack blockquote { margin: 4px 0; padding-left: 12px; border-left: 4px solid #ddd; }
.slack hr { border: 0; border-top: 1px solid #ddd; margin: 12px 0; }
.slack small { color: #616061; font-size: 12px; }
.slack button { font: bold 13px "DejaVu Sans", sans-serif; margin: 4px 8px 4px 0; padding: 6px 12px; border: 1px solid #bbb; border-radius: 4px; background: #fff; }
.slack button.primary { background: #007a5a; color: #fff; border-color: #007a5a; }
.slack button.danger { background: #e01e5a; color: #fff; border-color: #e01e5a; }
.slack label { font-weight: bold; display: block; } .slack .optional { font-weight: normal; color: #616061; }
.slack textarea { display: block; box-sizing: border-box; width: 100%; margin-top: 4px; padding: 8px; border: 1px solid #868686; border-radius: 4px; font: 14px/1.4 "DejaVu Sans", sans-serif; }
.slack.modal { border: 1px solid #ccc; border-radius: 8px; box-shadow: 0 4px 14px #0003; margin: 8px; }
.slack h2 { font-size: 18px; margin: 0 0 12px; padding-bottom: 10px; border-bottom: 1px solid #ddd; }
.slack footer { display: flex; justify-content: flex-end; border-top: 1px solid #ddd; padding-top: 10px; margin-top: 12px; }`;

/** A message as it is, a view in the frame of a modal. */
export const slackHtml = (message) => {
  const blocks = message.blocks.map((b) => `<section>${block(b)}</section>`).join("");
  if (message.type !== "modal") return `<div class="slack">${blocks}</div>`;
  const close = message.close ? button({ text: message.close }) : "";
  const submit = message.submit ? button({ style: "primary", text: message.submit }) : "";
  return `<div class="slack modal"><h2>${escape(message.title.text)}</h2>${blocks}<footer>${close}${submit}</footer></div>`;
};
