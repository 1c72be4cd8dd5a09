// OpenAI Agents SDK: tools with `needsApproval: true` interrupt the run; people decide in Slack or Teams; the run goes on.
import { run } from "@openai/agents";
import { decide, grantOf, report } from "./approvals.mjs";

/** As run(agent, input), with every approval asked for. `task` names this run: again with the same name joins what is asked. */
export async function runWithApprovals(agent, input, { task, initiator }) {
  let result = await run(agent, input);
  while (result.interruptions?.length > 0) {
    const approved = [];
    for (const item of result.interruptions) {
      const call = item.rawItem;
      const request = {
        action: { name: `tool.${item.name}`, properties: { arguments: JSON.parse(item.arguments ?? "{}") } },
        resource: { type: "openai.agent", id: item.agent.name },
        context: { task, call: call.callId },
        initiator,
      };
      const decision = await decide(request, `${task}-${call.callId}`);
      const { grant, reason } = decision.approved ? await grantOf(decision.id) : decision;
      if (!grant) {
        result.state.reject(item, { message: reason });
        continue;
      }
      approved.push(decision.id);
      result.state.approve(item);
    }
    try {
      result = await run(agent, result.state);
    } catch (error) {
      for (const id of approved) await report(id, "failed", `the run broke off, what the tool did is not known: ${error.message}`);
      throw error;
    }
    for (const id of approved) await report(id, "succeeded", "the tool was called; its answer went to the model");
  }
  return result;
}
