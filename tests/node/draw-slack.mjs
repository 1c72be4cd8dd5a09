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

const block = (b) =>
  ({
    header: () => `<h1>${escape(b.text.text)}</h1>`,
    divider: () => "<hr>",
    context: () => `<small>${b.elements.map((e) => escape(e.text)).join(" ")}</small>`,
    rich_text: () => b.elements.map(rich).join(""),
    actions: () => `<div class="actions">${b.elements.map(button).join("")}</div>`,
    input: () => `<label>${escape(b.label.text)}<textarea rows="2"></textarea></label>`,
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
.slack label { font-weight: bold; display: block; } .slack textarea { display: block; width: 95%; }`;

export const slackHtml = (message) => {
  const title = message.title ? `<small>${escape(message.title.text)}</small>` : "";
  const submit = message.submit ? `<div class="actions">${button({ style: "primary", text: message.submit })}</div>` : "";
  const blocks = message.blocks.map((b) => `<section>${block(b)}</section>`).join("");
  return `<div class="slack">${title}${blocks}${submit}</div>`;
};
