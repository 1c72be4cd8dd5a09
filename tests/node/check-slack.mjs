// Type-checks every golden Block Kit message and view against Slack's own types (@slack/types) with tsc.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const here = dirname(fileURLToPath(import.meta.url));
const golden = join(here, "../Cards/golden");
const names = readdirSync(golden).filter((n) => n.startsWith("slack-"));
const sources = new Map(
  names.map((name) => {
    const json = readFileSync(join(golden, name), "utf8");
    const type = name.startsWith("slack-view-") ? "View" : "{ text: string; blocks: KnownBlock[] }";
    const code = `import type { KnownBlock, View } from "@slack/types";\nexport const card: ${type} = ${json};\n`;
    return [join(here, name.replace(".json", ".ts")), code];
  }),
);
const wrong = 'import type { KnownBlock } from "@slack/types";\n'
  + 'export const card: KnownBlock[] = [{ type: "header", text: { type: "mrkdwn", text: "x" } }];\n';
const canary = join(here, "canary.ts");
sources.set(canary, wrong);

const options = {
  noEmit: true, strict: true, skipLibCheck: true, types: [],
  module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, target: ts.ScriptTarget.ES2022,
};
const host = ts.createCompilerHost(options);
const { readFile, fileExists, getSourceFile } = host;
host.readFile = (file) => sources.get(file) ?? readFile(file);
host.fileExists = (file) => sources.has(file) || fileExists(file);
host.getSourceFile = (file, ...rest) =>
  sources.has(file) ? ts.createSourceFile(file, sources.get(file), options.target) : getSourceFile(file, ...rest);

const faults = ts.getPreEmitDiagnostics(ts.createProgram([...sources.keys()], options, host));
const ofCards = faults.filter((f) => f.file?.fileName !== canary);
for (const fault of ofCards)
  console.log(fault.file?.fileName, ts.flattenDiagnosticMessageText(fault.messageText, "\n").slice(0, 800));
if (names.length === 0 || ofCards.length === faults.length) throw new Error("the check itself checks nothing");
console.log(`${names.length} messages and views, ${ofCards.length} faults`);
process.exit(ofCards.length === 0 ? 0 : 1);
