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
 * Answers { approved, id, reason }. Keep no more than that: the permission itself is `grantOf`, fetched when it is about to run.
 */
export async function decide(request, key) {
  let answer = await call("POST", "v1/requests", { body: request, key });
  while (answer?.ok && answer.body.status === "pending") {
    answer = await call("GET", `v1/requests/${answer.body.id}?wait=50`);
  }
  const no = (reason) => ({ approved: false, id: answer?.body.id, reason });
  if (!answer) return no("The approval bot cannot be reached.");
  if (!answer.ok) return no(`The approval bot refused it: ${answer.body.detail}`);
  const { id, status, decisions } = answer.body;
  const last = decisions.at(-1);
  const who = [status, last?.name && `by ${last.name}`, last?.reason && `(${last.reason})`].filter(Boolean).join(" ");
  return status === "approved"
    ? { approved: true, id, reason: who }
    : no(`It was ${who}. Do not try another way around it.`);
}

/**
 * Right before it runs: { grant }, for which the bot has judged everybody again, or { reason } why it may not run. What was
 * reported as run is not run again, whoever still has the decision.
 */
export async function grantOf(id) {
  const state = await call("GET", `v1/requests/${id}`);
  if (state?.ok && state.body.execution) return { reason: `It was run before: ${state.body.execution.outcome}.` };
  const grant = state?.ok ? await call("POST", `v1/requests/${id}/grant`, { body: {} }) : state;
  return grant?.ok ? { grant: grant.body.token } : { reason: `It may not run now: ${grant?.body.detail ?? "no answer"}` };
}

/** Tells what became of it; the cards show it, and from then on it is not run again. */
export const report = (id, outcome, detail) => call("POST", `v1/requests/${id}/result`, { body: { outcome, detail } });
