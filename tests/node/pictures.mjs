// Draws the golden cards as PNG, to look at: `node pictures.mjs [folder]` writes one picture per card and width;
// `node pictures.mjs docs/cards.png` writes one picture with Slack and Teams side by side, for the README;
// `node pictures.mjs docs/forms.png forms` one with every form and everything that is typed into.
import { readFileSync, readdirSync, mkdirSync, existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { slackCss, slackHtml } from "./draw-slack.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const golden = join(here, "../Cards/golden");
const script = (path) => readFileSync(join(here, "node_modules", path), "utf8");
const card = (name) => JSON.parse(readFileSync(join(golden, name), "utf8"));

const teamsCss = `
.teams { font: 14px "Segoe UI", "DejaVu Sans", "Noto Color Emoji", sans-serif; background: #fff; padding: 12px; border: 1px solid #e1e1e1; border-radius: 6px; overflow-wrap: anywhere; }
.ac-pushButton { font: bold 13px "DejaVu Sans", sans-serif; margin: 2px; padding: 7px 12px; border: 1px solid #d1d1d1; border-radius: 4px; background: #fff; }
.style-positive { background: #5b5fc7; color: #fff; } .style-destructive { color: #c4314b; border-color: #c4314b; }
.ac-input { width: 95%; } `;

const hostConfig = {
  fontFamily: '"Segoe UI", "DejaVu Sans", "Noto Color Emoji", sans-serif',
  containerStyles: {
    emphasis: { backgroundColor: "#f0f0f0" },
    warning: { backgroundColor: "#fdf3d9" },
    good: { backgroundColor: "#e0f3e0" },
    attention: { backgroundColor: "#fde3e3" },
  },
  actions: { maxActions: 6, actionsOrientation: "horizontal", actionAlignment: "left" },
  spacing: { small: 3, default: 8, medium: 12, padding: 12 },
};

const page = async (browser, width, html, then, deviceScaleFactor = 2) => {
  const tab = await browser.newPage({ viewport: { width, height: 400 }, deviceScaleFactor });
  await tab.setContent(`<style>body{margin:0;background:#fff}${slackCss}${teamsCss}</style>${html}`);
  await tab.addScriptTag({ content: script("markdown-it/dist/markdown-it.min.js") });
  await tab.addScriptTag({ content: script("adaptivecards/dist/adaptivecards.min.js") });
  await tab.evaluate((config) => {
    AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
      result.outputHtml = window.markdownit({ html: false }).render(text);
      result.didProcess = true;
    };
    window.draw = (element, json) => {
      const adaptive = new AdaptiveCards.AdaptiveCard();
      adaptive.hostConfig = new AdaptiveCards.HostConfig(config);
      adaptive.parse(json);
      element.appendChild(adaptive.render());
    };
  }, hostConfig);
  await then(tab);
  await tab.close();
};

const drawTeams = (tab, name) =>
  tab.evaluate((json) => window.draw(document.querySelector(".teams"), json), card(name));

const one = (browser, name, width, file) =>
  page(browser, width, name.startsWith("slack") ? slackHtml(card(name)) : '<div class="teams"></div>', async (tab) => {
    if (name.startsWith("teams")) await drawTeams(tab, name);
    await tab.screenshot({ path: file, fullPage: true });
  });

const sideBySide = (browser, file) => {
  const column = (title, inner) => `<div style="flex:1;min-width:0"><h3 style="font-family:sans-serif">${title}</h3>${inner}</div>`;
  const slack = column("Slack", `<div style="border:1px solid #e1e1e1;border-radius:6px">${slackHtml(card("slack-pending.json"))}</div>`);
  const html = `<div style="display:flex;gap:24px;padding:16px">${slack}${column("Teams", '<div class="teams"></div>')}</div>`;
  return page(browser, 1040, html, async (tab) => {
    await drawTeams(tab, "teams-pending.json");
    await tab.screenshot({ path: file, fullPage: true });
  });
};

/** What people type into, and what they are answered: file of the golden cards, what it is. */
const forms = [
  ["slack-view-approve.json", "Slack: Approve, where a reason is wanted"],
  ["slack-view-reject.json", "Slack: Reject"],
  ["slack-view-question.json", "Slack: Ask the agent"],
  ["slack-view-page2.json", "Slack: the last page of a review"],
  ["slack-policy-offer.json", "Slack: policy set without a text"],
  ["slack-view-policy.json", "Slack: Edit"],
  ["slack-view-refused.json", "Slack: a refusal in the place of a form"],
  ["slack-talk-question.json", "Slack: in the card's thread"],
  ["slack-talk-answer.json", "Slack: in the card's thread"],
  ["teams-reason-required.json", "Teams: a reason is wanted"],
  ["teams-ask-only.json", "Teams: for who may not decide"],
  ["teams-asked.json", "Teams: asked and answered"],
  ["teams-page2.json", "Teams: a page of a review"],
  ["teams-policy.json", "Teams: policy set without a text"],
  ["teams-talk-question.json", "Teams: in the card's thread"],
  ["teams-talk-answer.json", "Teams: in the card's thread"],
];

const sheet = (browser, file) => {
  const cell = ([name, what]) => {
    const inner = name.startsWith("slack") ? slackHtml(card(name)) : `<div class="teams" data-card="${name}"></div>`;
    return `<div style="break-inside:avoid;margin:0 0 28px"><h3 style="font:bold 15px sans-serif;margin:0 0 8px">${what}</h3>${inner}</div>`;
  };
  const html = `<div style="columns:4;column-gap:24px;padding:16px">${forms.map(cell).join("")}</div>`;
  return page(browser, 1720, html, async (tab) => {
    for (const name of forms.map(([one]) => one).filter((one) => one.startsWith("teams")))
      await tab.evaluate(
        ([json, at]) => window.draw(document.querySelector(`[data-card="${at}"]`), json),
        [card(name), name],
      );
    await tab.screenshot({ path: file, fullPage: true });
  }, 1);
};

const target = resolve(process.argv[2] ?? join(here, "pictures"));
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
if (!existsSync(executablePath)) throw new Error(`no chromium at ${executablePath}: set CHROMIUM`);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
try {
  if (target.endsWith(".png")) {
    mkdirSync(dirname(target), { recursive: true });
    await (process.argv[3] === "forms" ? sheet : sideBySide)(browser, target);
  } else {
    mkdirSync(target, { recursive: true });
    const only = process.argv[3] ?? "";
    for (const name of readdirSync(golden).filter((n) => n.includes(only)))
      for (const width of [360, 680]) await one(browser, name, width, join(target, `${name.replace(".json", "")}-${width}.png`));
  }
} finally {
  await browser.close();
}
