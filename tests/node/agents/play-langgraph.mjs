// Runs docs/recipes/agents/langgraph.mjs with the real package: one node that drops a table. Prints what ran and the state.
import { Annotation, END, MemorySaver, START, StateGraph } from "@langchain/langgraph";
import { approvedNode, invokeWithApprovals } from "./langgraph.mjs";

const ran = [];
const State = Annotation.Root({ table: Annotation(), said: Annotation() });

const drop = approvedNode({
  request: ({ table }) => ({
    action: { name: "db.table.drop" },
    resource: { type: "postgres.table", id: table },
    initiator: { type: "human", id: "alice@acme.example" },
  }),
  act: async ({ table }, grant) => {
    ran.push(table);
    return { said: `dropped with ${grant.split(".").length === 3 ? "a grant" : "nothing"}` };
  },
  refused: (reason) => ({ said: reason }),
});

const graph = new StateGraph(State)
  .addNode("drop", drop)
  .addEdge(START, "drop")
  .addEdge("drop", END)
  .compile({ checkpointer: new MemorySaver() });
const result = await invokeWithApprovals(graph, { table: "people" }, process.argv[2]);
console.log(JSON.stringify({ ran, said: result.said }));
