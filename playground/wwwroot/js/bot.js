// The bot's process: is it up, kill it, start it, what it says.

import { act } from "./act.js";
import { announce, followEnd, h } from "./dom.js";
import { icon } from "./icons.js";
import { onState } from "./state.js";

/** Builds the panel in `root` and keeps it up to date. */
export function startBot(root) {
  const state = h("p", { class: "bot-state", "data-testid": "bot-state" });
  const kill = h(
    "button",
    { type: "button", class: "quiet-button danger", "data-testid": "bot-kill" },
    icon("plug"),
    "Pull the plug",
  );
  const start = h(
    "button",
    { type: "button", class: "quiet-button strong", "data-testid": "bot-start" },
    icon("play"),
    "Start again",
  );
  const log = h("pre", { class: "bot-log", tabindex: "0", "aria-label": "The bot's log" });
  kill.title = "Kills the bot's process at once, as a power cut would. Nothing decided is lost.";
  kill.addEventListener("click", () => act("/play/bot/kill", {}, kill));
  start.addEventListener("click", () => act("/play/bot/start", {}, start));
  const fold = h("details", { class: "fold" }, h("summary", null, "The bot's log"), log);
  fold.addEventListener("toggle", () => (log.scrollTop = log.scrollHeight));
  root.append(
    h("div", { class: "box bot-box" }, h("div", { class: "bot-line" }, state, kill, start), fold),
  );
  let was = null;
  onState(({ bot }) => {
    const now = `${bot.running} ${bot.pid} ${bot.problem}`;
    kill.disabled = !bot.running;
    start.disabled = bot.running;
    const down = bot.problem ? `The bot is down: ${bot.problem}` : "The bot is down";
    if (now !== was) {
      state.className = `bot-state ${bot.running ? "up" : "down"}`;
      state.replaceChildren(
        icon(bot.running ? "pulse" : "plug"),
        h("span", null, bot.running ? "The bot is running" : down),
      );
      state.title = bot.running ? `Process ${bot.pid} at ${bot.url}` : "Its process was ended.";
      if (was !== null) announce(state.textContent);
    }
    was = now;
    followEnd(log, () => (log.textContent = (bot.log ?? []).join("\n")));
  });
}
