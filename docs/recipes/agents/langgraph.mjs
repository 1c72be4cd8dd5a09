// LangGraph: a node calls interrupt(request); people decide in Slack or Teams; Command({ resume }) brings it their decision.
import { Command, interrupt } from "@langchain/langgraph";
import { decide, grantOf, report } from "./approvals.mjs";

/**
 * A node that acts after approval only. `request(state)` says what is about to run, `act(state, grant)` runs it,
 * `refused(reason)` says what the state becomes without.
 */
export function approvedNode({ request, act, refused }) {
  return async (state) => {
    // Everything before interrupt() runs again on resume, so nothing with an effect is there.
    const decision = interrupt(request(state));
    if (!decision.approved) return refused(decision.reason);
    // LangGraph keeps the decision: a node that broke gets it again. What it permits is asked of the bot each time.
    const { grant, reason } = await grantOf(decision.id);
    if (!grant) return refused(reason);
    try {
      const change = await act(state, grant);
      await report(decision.id, "succeeded", "done");
      return change;
    } catch (error) {
      await report(decision.id, "failed", String(error.message));
      throw error;
    }
  };
}

/** As graph.invoke(input), until no interrupt is left. A thread that was interrupted before goes on with input null. */
export async function invokeWithApprovals(graph, input, thread) {
  const config = { configurable: { thread_id: thread } };
  let result = await graph.invoke(input, config);
  while (result.__interrupt__?.length > 0) {
    const resume = {};
    for (const { id, value } of result.__interrupt__) resume[id] = await decide(value, `${thread}-${id}`);
    result = await graph.invoke(new Command({ resume }), config);
  }
  return result;
}
