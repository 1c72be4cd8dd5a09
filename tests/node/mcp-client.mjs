// The MCP server judged by the protocol's own client (npm @modelcontextprotocol/sdk): no protocol of ours.
// stdin: {"url", "headers", "request", "other"}; prints what the client made of each call.
// When the wait has told its first progress, "other" is asked for: whoever decides may wait for that.
import { readFileSync } from 'node:fs';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const given = JSON.parse(readFileSync(0, 'utf8'));
const transport = new StreamableHTTPClientTransport(new URL(given.url), {
  requestInit: { headers: given.headers },
});
const client = new Client({ name: 'checks', version: '1.0.0' });
await client.connect(transport);

const call = (name, args, options) => client.callTool({ name, arguments: args }, undefined, options);
const failure = async (work) => {
  try {
    await work;
    return null;
  } catch (error) {
    return error.code;
  }
};
const state = (result) => result.structuredContent;

const tools = (await client.listTools()).tools.map((tool) => tool.name);
await client.ping();
const opened = await call('request_approval', given.request);
const { id } = state(opened);
const again = await call('request_approval', given.request);
const refused = await call('request_approval', { ...given.request, initiator: undefined });
const unknown = await failure(call('approve_everything', {}));

const progress = [];
let other;
const waited = await call('wait_for_approval', { id }, {
  onprogress: (told) => {
    progress.push(told);
    other ??= call('request_approval', given.other);
  },
});
const reported = await call('report_result', { id, outcome: 'succeeded' });
const rest = state(await other).id;
const left = await failure(call('wait_for_approval', { id: rest }, { timeout: 200 }));
const stays = await call('get_approval', { id: rest });
const cancelled = await call('cancel_approval', { id: rest, reason: 'not needed' });
await client.close();

console.log(JSON.stringify({
  version: transport.protocolVersion,
  server: client.getServerVersion().name,
  tools,
  opened: state(opened).status,
  same: state(again).id === id,
  refused: [refused.isError, state(refused).code],
  unknown,
  progress: progress[0]?.progress,
  waited: [state(waited).status, waited.content[0].text],
  reported: state(reported).execution.outcome,
  left,
  stays: state(stays).status,
  cancelled: state(cancelled).status,
}));
