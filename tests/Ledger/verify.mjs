// A verifier of the ledger by FORMAT.md alone, on node:crypto alone: it shares no line with the one in C#.
// stdin: {"vkey": "...", "checkpoint": "...", "entries": ["base64", ...]}; prints OK or the first thing that is wrong.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
const wrong = (sentence) => { console.log(sentence); process.exit(1); };
const root = (leaves) => {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return leaves[0];
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(Buffer.from([1]), root(leaves.slice(0, split)), root(leaves.slice(split)));
};

const { vkey, checkpoint, entries } = JSON.parse(readFileSync(0, 'utf8'));
const [name, id, key] = vkey.split(/\+(.*?)\+(.*)/s);
const spki = Buffer.from(key, 'base64').subarray(1);
if (sha256(spki).toString('hex', 0, 4) !== id) wrong('key id');

const end = checkpoint.lastIndexOf('\n\n') + 1;
const text = checkpoint.slice(0, end);
const line = checkpoint.slice(end + 1).split('\n').find((l) => l.startsWith(`\u2014 ${name} `));
const signature = Buffer.from(line?.split(' ')[2] ?? '', 'base64');
const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' });
if (signature.toString('hex', 0, 4) !== id) wrong('signature of another key');
if (!verify('sha256', Buffer.from(text), publicKey, signature.subarray(4))) wrong('signature');

const [origin, size, hash] = text.split('\n');
if (origin !== name) wrong('origin');
if (Number(size) !== entries.length) wrong('size');
const bytes = entries.map((entry) => Buffer.from(entry, 'base64'));
bytes.forEach((entry, index) => {
  const head = Object.entries(JSON.parse(entry.toString('utf8')));
  if (head.slice(0, 5).map(([member]) => member).join() !== 'v,seq,at,kind,txn') wrong(`head of ${index}`);
  if (head[1][1] !== index) wrong(`seq of ${index}`);
});
const rebuilt = root(bytes.map((entry) => sha256(Buffer.from([0]), entry)));
if (rebuilt.toString('base64') !== hash) wrong('root');
console.log('OK');
