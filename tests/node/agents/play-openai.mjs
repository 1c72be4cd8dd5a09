// Runs docs/recipes/agents/openai-agents.mjs with the real SDK and a model that is played: it wants to drop a table, and then
// says what it was told. Prints what ran and what the model said at the end, as JSON.
import { Agent, setTracingDisabled, tool, Usage } from "@openai/agents";
import { z } from "zod";
import { runWithApprovals } from "./openai-agents.mjs";

setTracingDisabled(true);
const ran = [];

const dropTable = tool({
  name: "drop_table",
  description: "Drops a table.",
  parameters: z.object({ table: z.string() }),
  needsApproval: true,
  execute: async ({ table }) => {
    ran.push(table);
    return `dropped ${table}`;
  },
});

const model = {
  async getResponse({ input }) {
    const told = Array.isArray(input) && input.findLast((item) => item.type === "function_call_result");
    const output = told
      ? {
          type: "message",
          role: "assistant",
          status: "completed",
          content: [{ type: "output_text", text: told.output.text ?? told.output }],
        }
      : {
          type: "function_call",
          callId: "call_1",
          name: "drop_table",
          status: "completed",
          arguments: '{"table":"people"}',
        };
    return { usage: new Usage(), output: [output] };
  },
};

const agent = new Agent({ name: "cleaner", instructions: "Clean up.", model, tools: [dropTable] });
const result = await runWithApprovals(agent, "Clean up.", {
  task: process.argv[2],
  initiator: { type: "human", id: "alice@acme.example" },
});
console.log(JSON.stringify({ ran, said: result.finalOutput }));
