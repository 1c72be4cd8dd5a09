// Asks people by ChatApprovals. For Node.js 20 or later, without any package.
import { setTimeout as sleep } from "node:timers/promises";

const bot = () => new URL(process.env.APPROVALS_URL.replace(/\/*$/, "/"));

/** One call, again while the bot is restarted or asks us to wait; null when it never answered. */
async function call(method, path, { body, key, patience = 60_000 } = {}) {
  const headers = { Authorization: `Bearer ${process.env.APPROVALS_KEY}`, "Content-Type": "application/json" };
  if (key) headers["Idempotency-Key"] = key;
  for (const end = Date.now() + patience; ; await sleep(1_000)) {
    try {
      const options = { method, headers, redirect: "error", signal: AbortSignal.timeout(75_000) };
      const answer = await fetch(new URL(path, bot()), { ...options, body: body && JSON.stringify(body) });
      if (![408, 429, 500, 502, 503, 504].includes(answer.status)) {
        return { ok: answer.ok, body: await answer.json() };
      }
    } catch (error) {
      if (!(error instanceof TypeError || error?.name === "TimeoutError")) throw error;
    }
    if (Date.now() > end) return null;
  }
}

/**
 * Asks and waits, also through restarts of the bot and of this program: the same key joins the same request.
 * Answers { approved, id, reason }; approved only with a grant, for which the bot has judged everybody again.
 */
export async function decide(request, key) {
  let answer = await call("POST", "v1/requests", { body: request, key });
  while (answer?.ok && answer.body.status === "pending") {
    answer = await call("GET", `v1/requests/${answer.body.id}?wait=50`);
  }
  const no = (reason) => ({ approved: false, id: answer?.body.id, reason });
  if (!answer) return no("The approval bot cannot be reached.");
  if (!answer.ok) return no(`The approval bot refused it: ${answer.body.detail}`);
  const { id, status, decisions, execution } = answer.body;
  const last = decisions.at(-1);
  const who = [status, last?.name && `by ${last.name}`, last?.reason && `(${last.reason})`].filter(Boolean).join(" ");
  if (status !== "approved") return no(`It was ${who}. Do not try another way around it.`);
  if (execution) return no("It was run before.");
  const grant = await call("POST", `v1/requests/${id}/grant`, { body: {} });
  if (!grant?.ok) return no(`It was ${who}, but may not run now: ${grant?.body.detail ?? "no answer"}`);
  return { approved: true, id, reason: who, grant: grant.body.token };
}

/** Tells what became of it; the cards show it. */
export const report = (id, outcome, detail) => call("POST", `v1/requests/${id}/result`, { body: { outcome, detail } });
