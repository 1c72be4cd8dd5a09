// Runs docs/recipes/agents/langgraph.mjs with the real package: one node that drops a table. Prints what ran and the
// state. With a second word `breaks` the node breaks after the table is gone, and the thread is then continued as it stands.
import { Annotation, END, MemorySaver, START, StateGraph } from "@langchain/langgraph";
import { approvedNode, invokeWithApprovals } from "./langgraph.mjs";

const ran = [];
const breaks = process.argv[3] === "breaks";
const State = Annotation.Root({ table: Annotation(), said: Annotation() });

const drop = approvedNode({
  request: ({ table }) => ({
    action: { name: "db.table.drop" },
    resource: { type: "postgres.table", id: table },
    initiator: { type: "human", id: "alice@acme.example" },
  }),
  act: async ({ table }, grant) => {
    ran.push(table);
    if (breaks) throw new Error("the connection broke");
    return { said: `dropped with ${grant.split(".").length === 3 ? "a grant" : "nothing"}` };
  },
  refused: (reason) => ({ said: reason }),
});

const graph = new StateGraph(State)
  .addNode("drop", drop)
  .addEdge(START, "drop")
  .addEdge("drop", END)
  .compile({ checkpointer: new MemorySaver() });
const thread = process.argv[2];
let result;
try {
  result = await invokeWithApprovals(graph, { table: "people" }, thread);
} catch (error) {
  if (!breaks) throw error;
  result = await invokeWithApprovals(graph, null, thread);
}
const kept = [];
for await (const { checkpoint, pendingWrites } of graph.checkpointer.list({ configurable: { thread_id: thread } })) {
  kept.push(checkpoint, pendingWrites);
}
console.log(JSON.stringify({ ran, said: result.said, tokens: JSON.stringify(kept).match(/eyJ[\w-]+\.[\w-]+\./g) ?? [] }));
