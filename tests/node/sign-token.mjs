// Tokens signed by npm jose alone: no line of ours.
// stdin: {"algorithms": [], "claims": {}}; prints for each [{"alg", "jwk", "token"}] with a key of its own.
import { readFileSync } from 'node:fs';
import { SignJWT, exportJWK, generateKeyPair, generateSecret } from 'jose';

const given = JSON.parse(readFileSync(0, 'utf8'));
const signed = [];
for (const alg of given.algorithms) {
  const secret = alg.startsWith('HS') ? await generateSecret(alg, { extractable: true }) : null;
  const pair = secret ? null : await generateKeyPair(alg, { extractable: true });
  const token = await new SignJWT(given.claims)
    .setProtectedHeader({ alg, kid: alg, typ: 'JWT' })
    .sign(secret ?? pair.privateKey);
  signed.push({ alg, token, jwk: { ...(await exportJWK(secret ?? pair.publicKey)), kid: alg, alg } });
}
console.log(JSON.stringify(signed));
