// Proofs of a key (RFC 9449) by npm's dpop, and the key's thumbprint by npm's jose: no line of ours.
// stdin: [{"htm", "htu", "token"?}, …]; prints {"jkt", "proofs"}, all of one new key.
import { readFileSync } from 'node:fs';
import * as DPoP from 'dpop';
import { calculateJwkThumbprint, exportJWK } from 'jose';

const keys = await DPoP.generateKeyPair('ES256');
const proofs = [];
for (const { htm, htu, token } of JSON.parse(readFileSync(0, 'utf8'))) {
  proofs.push(await DPoP.generateProof(keys, htu, htm, undefined, token));
}
console.log(JSON.stringify({ jkt: await calculateJwkThumbprint(await exportJWK(keys.publicKey)), proofs }));
