import { readFileSync } from "node:fs";
import Ajv2020 from "ajv/dist/2020.js";
import standaloneCode from "ajv/dist/standalone/index.js";
import addFormats from "ajv-formats";
import { writeAtomically } from "./write-atomically.mjs";

/** Validators whose schemas are known at build time, so that no command pays for compiling them. */
const SCHEMAS = { validateEnvelope: "schemas/envelope.json", validateConfig: "schemas/config.json" };

export function generateValidators() {
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true, code: { source: true } });
  addFormats(ajv);
  const exported = {};
  for (const [name, file] of Object.entries(SCHEMAS)) {
    const schema = JSON.parse(readFileSync(file, "utf8"));
    ajv.addSchema(schema);
    exported[name] = schema.$id;
  }
  writeAtomically("src/core/generated/validators.cjs", standaloneCode(ajv, exported));
}
