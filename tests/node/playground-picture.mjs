// Photographs the playground's page for the README, after the story the README tells: the agent has asked, Alice was
// refused, Bob has approved, the ledger was verified. Start `dotnet run --project playground` afresh, then
// `node playground-picture.mjs ../../docs/playground.png [http://localhost:5080]`.
import { existsSync, mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { chromium } from "playwright-core";

const target = resolve(process.argv[2] ?? "playground.png");
const address = process.argv[3] ?? "http://localhost:5080";
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
if (!existsSync(executablePath)) throw new Error(`no chromium at ${executablePath}: set CHROMIUM`);

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
try {
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 }, colorScheme: "light" });
  page.setDefaultTimeout(20_000);
  const at = (name) => page.getByTestId(name);
  const press = async (button, path) => {
    const answer = page.waitForResponse((response) => response.url().endsWith(`/play/${path}`));
    await button.click();
    await answer;
  };
  const approveAs = async (person) => {
    await at("slack-person").selectOption(person);
    await press(at("slack-button-approve").last(), "slack/click");
  };

  await page.goto(address);
  await press(at("scenario-admin-role"), "agent/send");
  await approveAs("alice");
  await page.getByText("You started this").first().waitFor();
  await approveAs("bob");
  for (const surface of ["slack", "teams"])
    await page.locator(`#${surface}`).getByText("Approved by Bob Mensah").first().waitFor();
  await press(at("ledger-verify"), "ledger/verify");
  await at("ledger-verdict").getByText("Everything holds together").waitFor();
  mkdirSync(dirname(target), { recursive: true });
  await page.screenshot({ path: target });
} finally {
  await browser.close();
}
