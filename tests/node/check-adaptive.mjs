// Validates every golden Adaptive Card with Microsoft's own schema 1.5.0: `node check-adaptive.mjs <schema.json>`.
// Two faults of the schema are mended in memory: `id` is draft-06's `$id`, and Table spells firstRowAsHeader without s.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import Ajv from "ajv";

const here = dirname(fileURLToPath(import.meta.url));
const golden = join(here, "../Cards/golden");
const schemaFile = process.argv[2] ?? join(here, "../../../shared/data/adaptive-cards/adaptive-card-1.5.0.json");
const text = readFileSync(schemaFile, "utf8").replaceAll('"firstRowAsHeader"', '"firstRowAsHeaders"');
const { id, ...schema } = JSON.parse(text);

const ajv = new Ajv({ strict: false, validateFormats: false });
ajv.addMetaSchema(createRequire(import.meta.url)("ajv/dist/refs/json-schema-draft-06.json"));
const validate = ajv.compile({ $id: id, ...schema });

const names = readdirSync(golden).filter((n) => n.startsWith("teams-"));
const bad = names.filter((name) => {
  const ok = validate(JSON.parse(readFileSync(join(golden, name), "utf8")));
  if (!ok) console.log(name, JSON.stringify(validate.errors?.slice(0, 4)));
  return !ok;
});
const misspelt = { type: "AdaptiveCard", version: "1.5", body: [{ type: "TextBlock", txet: "x" }] };
if (names.length === 0 || validate(misspelt)) throw new Error("the check itself checks nothing");
console.log(`${names.length} Adaptive Cards, ${bad.length} invalid`);
process.exit(bad.length === 0 ? 0 : 1);
