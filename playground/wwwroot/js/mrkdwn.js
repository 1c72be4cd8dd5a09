// Slack's text, as nodes. Only what Slack itself would act on is acted on; everything else stays text.

import { h, link } from "./dom.js";
import { state } from "./state.js";

const emoji = {
  bell: "🔔",
  bangbang: "‼️",
  clock3: "🕒",
  hourglass: "⌛",
  hourglass_flowing_sand: "⏳",
  information_source: "ℹ️",
  key: "🔑",
  lock: "🔒",
  mag: "🔍",
  no_entry: "⛔",
  no_entry_sign: "🚫",
  question: "❓",
  rotating_light: "🚨",
  shield: "🛡️",
  warning: "⚠️",
  white_check_mark: "✅",
  x: "❌",
  eyes: "👀",
  robot_face: "🤖",
  lock_with_ink_pen: "🔏",
};

const pattern = new RegExp(
  [
    "```([\\s\\S]+?)```\\n?",
    "`([^`\\n]+)`",
    "<([^<>\\n]+)>",
    "(?<![\\w*])\\*([^*\\n]+)\\*(?![\\w*])",
    "(?<![\\w_])_([^_\\n]+)_(?![\\w_])",
    "(?<![\\w~])~([^~\\n]+)~(?![\\w~])",
    ":([a-z0-9_+-]+):",
  ].join("|"),
  "g",
);

/** A Slack text object (`plain_text` or `mrkdwn`) as nodes. */
export function textNodes(text) {
  if (!text) return [];
  if (text.type === "mrkdwn") return mrkdwn(text.text ?? "");
  return [text.emoji === false ? (text.text ?? "") : shortcodes(text.text ?? "")];
}

/** A message's `text`, which Slack reads as mrkdwn. */
export function mrkdwn(source) {
  const nodes = [];
  let from = 0;
  for (const match of source.matchAll(pattern)) {
    nodes.push(unescape(source.slice(from, match.index)));
    nodes.push(oneNode(match));
    from = match.index + match[0].length;
  }
  nodes.push(unescape(source.slice(from)));
  return nodes;
}

function oneNode([whole, fence, code, angle, bold, italic, strike, short]) {
  if (fence !== undefined) return h("pre", null, unescape(fence.replace(/^\n/, "")));
  if (code !== undefined) return h("code", null, unescape(code));
  if (angle !== undefined) return angled(angle);
  if (bold !== undefined) return h("strong", null, mrkdwn(bold));
  if (italic !== undefined) return h("em", null, mrkdwn(italic));
  if (strike !== undefined) return h("s", null, mrkdwn(strike));
  return emoji[short] ?? whole;
}

function angled(inside) {
  const [target, label] = inside.split("|", 2);
  if (target.startsWith("@")) return mention(target.slice(1));
  if (target.startsWith("#")) return channelMention(target.slice(1), label);
  if (target.startsWith("!date")) return label ?? target;
  if (target.startsWith("!"))
    return h("span", { class: "mention" }, `@${label ?? target.slice(1)}`);
  return link(unescape(target), unescape(label ?? target));
}

/** A person's highlighted name, by Slack user id. */
export function mention(userId) {
  const person = state.people.find((one) => one.slack === userId);
  return h("span", { class: "mention" }, `@${person?.name ?? userId}`);
}

/** A channel's highlighted name, by id. */
export function channelMention(id, label) {
  const channel = state.slack.channels.find((one) => one.id === id);
  return h("span", { class: "mention" }, `#${channel?.name ?? label ?? id}`);
}

/** A named emoji, or its name between colons when it is not known here. */
export function emojiText(name, unicode) {
  if (/^[0-9a-f]{2,6}(-[0-9a-f]{2,6})*$/i.test(unicode ?? "")) {
    return String.fromCodePoint(
      ...unicode.split("-").map((point) => Math.min(parseInt(point, 16), 0x10ffff)),
    );
  }
  return emoji[name] ?? `:${name}:`;
}

function shortcodes(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => emoji[name] ?? whole);
}

function unescape(text) {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}
