// One approval from question to report by the protocol's own client (npm @modelcontextprotocol/sdk), as an
// agent would: ask, wait with progress until nobody is asked any more, act on what the words say.
// stdin: {"url", "headers", "request", "told"}; prints what the agent was told at each step. The file "told" is
// there from the first progress on.
import { readFileSync, writeFileSync } from 'node:fs';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const given = JSON.parse(readFileSync(0, 'utf8'));
const transport = new StreamableHTTPClientTransport(new URL(given.url), {
  requestInit: { headers: given.headers },
});
const client = new Client({ name: 'agent', version: '1.0.0' });
await client.connect(transport);
const call = (name, args, options) => client.callTool({ name, arguments: args }, undefined, options);

const opened = await call('request_approval', given.request);
const { id } = opened.structuredContent;
const progress = [];
let waited;
do {
  waited = await call('wait_for_approval', { id }, {
    onprogress: (told) => {
      progress.push(told.message);
      writeFileSync(given.told, told.message);
    },
  });
} while (waited.structuredContent.status === 'pending');
const { status } = waited.structuredContent;
const result = await call('report_result', { id, outcome: 'succeeded', detail: 'rotated' });
await client.close();

console.log(JSON.stringify({
  id,
  opened: opened.content[0].text,
  progress: progress[0],
  status,
  words: waited.content[0].text,
  reported: result.isError ? result.structuredContent.code : result.structuredContent.execution.outcome,
}));
