// Puts the page together.

import { startAgent } from "./agent.js";
import { startBot } from "./bot.js";
import { loadCardRenderer } from "./card.js";
import { startCloud } from "./cloud.js";
import { h } from "./dom.js";
import { startHint } from "./hint.js";
import { icon } from "./icons.js";
import { startLedger } from "./ledger.js";
import { startSlack } from "./slack.js";
import { choice, choose, connect } from "./state.js";
import { startTeams } from "./teams.js";

const at = (id) => document.getElementById(id);

/** Dark or light: as the system says, until somebody chooses. */
function themeButton() {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const button = h("button", { type: "button", class: "icon-button" });
  const show = () => {
    const dark = choice.theme === "auto" ? system.matches : choice.theme === "dark";
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    button.replaceChildren(icon(dark ? "sun" : "moon"));
    button.setAttribute("aria-label", dark ? "Use light colours" : "Use dark colours");
    button.title = button.getAttribute("aria-label");
  };
  button.addEventListener("click", () => {
    choose({ theme: document.documentElement.dataset.theme === "dark" ? "light" : "dark" });
    show();
  });
  system.addEventListener("change", show);
  show();
  return button;
}

function showConnection(isUp) {
  const line = at("connection");
  line.hidden = isUp;
  line.textContent = isUp ? "" : "The playground does not answer. Trying again…";
}

const opener = h(
  "button",
  { type: "button", class: "icon-button wide", hidden: true },
  icon("question"),
  "First steps",
);
at("top-tools").append(opener, themeButton());
startHint(at("hint"), opener);
startAgent(at("agent"));
startCloud(at("agent"));
startBot(at("record"));
startLedger(at("record"));
await loadCardRenderer();
startSlack(at("slack"));
startTeams(at("teams"));
connect(showConnection);
