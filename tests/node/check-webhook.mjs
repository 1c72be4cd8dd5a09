// A callback judged by npm's standardwebhooks: no line of ours.
// stdin: {"secret", "headers", "body"}; prints the payload, or throws.
import { readFileSync } from 'node:fs';
import { Webhook } from 'standardwebhooks';

const given = JSON.parse(readFileSync(0, 'utf8'));
console.log(JSON.stringify(new Webhook(given.secret).verify(given.body, given.headers)));
