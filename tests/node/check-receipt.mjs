// A receipt judged by npm jose and node:crypto alone: no line of ours.
// stdin: {"receipt", "jwks", "issuer", "entry": base64, "proof", "vkey"}; prints the claims, or throws.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { compactVerify, createLocalJWKSet, jwtVerify } from 'jose';

const given = JSON.parse(readFileSync(0, 'utf8'));
const keys = createLocalJWKSet(given.jwks);
const { payload, protectedHeader } = await jwtVerify(given.receipt, keys, {
  algorithms: ['ES256'],
  typ: 'approval-receipt+jwt',
  issuer: given.issuer,
  requiredClaims: ['iat', 'jti', 'txn', 'outcome', 'binding_hash', 'policy', 'decisions', 'entry'],
});
await compactVerify(given.receipt, keys, { algorithms: ['ES256'] });

const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
const must = (condition, what) => { if (!condition) throw new Error(what); };
const leaf = sha256(Buffer.from([0]), Buffer.from(given.entry, 'base64'));
must(leaf.toString('base64url') === payload.entry.leaf_hash, 'leaf hash');

// C2SP tlog-proof: the way up by RFC 9162 section 2.1.3.2.
const end = given.proof.indexOf('\n\n');
const [first, index, ...hashes] = given.proof.slice(0, end).split('\n');
must(first === 'c2sp.org/tlog-proof@v1', 'proof version');
must(index === `index ${payload.entry.seq}`, 'proof index');
const note = given.proof.slice(end + 2);
const [origin, size, root] = note.split('\n');
let [node, last, hash] = [payload.entry.seq, Number(size) - 1, leaf];
for (const line of hashes) {
  const sibling = Buffer.from(line, 'base64');
  if (node % 2 === 1 || node === last) {
    hash = sha256(Buffer.from([1]), sibling, hash);
    while (node % 2 === 0 && node !== 0) [node, last] = [node >> 1, last >> 1];
  } else hash = sha256(Buffer.from([1]), hash, sibling);
  [node, last] = [node >> 1, last >> 1];
}
must(last === 0 && hash.toString('base64') === root, 'inclusion');

// C2SP signed-note, type 2: ECDSA P-256.
const spki = Buffer.from(given.vkey.split('+').slice(2).join('+'), 'base64').subarray(1);
const line = note.split('\n').find((l) => l.startsWith(`\u2014 ${origin} `));
const signature = Buffer.from(line.split(' ')[2], 'base64').subarray(4);
const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
const text = Buffer.from(note.slice(0, note.lastIndexOf('\n\n') + 1));
must(verify('sha256', text, key, signature), 'checkpoint signature');
must(origin === payload.entry.log, 'log');
console.log(JSON.stringify({ header: protectedHeader, payload }));
