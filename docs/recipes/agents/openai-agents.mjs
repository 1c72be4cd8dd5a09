// OpenAI Agents SDK: tools with `needsApproval: true` interrupt the run; people decide in Slack or Teams; the run goes on.
import { run } from "@openai/agents";
import { decide } from "./approvals.mjs";

/** As run(agent, input), with every approval asked for. `task` names this run: again with the same name joins what is asked. */
export async function runWithApprovals(agent, input, { task, initiator }) {
  let result = await run(agent, input);
  while (result.interruptions?.length > 0) {
    for (const item of result.interruptions) {
      const call = item.rawItem;
      const request = {
        action: { name: `tool.${item.name}`, properties: { arguments: JSON.parse(item.arguments ?? "{}") } },
        resource: { type: "openai.agent", id: item.agent.name },
        context: { task, call: call.callId },
        initiator,
      };
      const decision = await decide(request, `${task}-${call.callId}`);
      if (decision.approved) result.state.approve(item);
      else result.state.reject(item, { message: decision.reason });
    }
    result = await run(agent, result.state);
  }
  return result;
}
