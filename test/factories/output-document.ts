import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { expect } from "vitest";

const FOLDER = resolve(import.meta.dirname, "../../schemas/output");

/** Fails unless a document that `--json` prints is as its schema says. `schema`: its file's name, without the ending */
export async function assertFits(document: unknown, schema: string): Promise<void> {
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
  addFormats.default(ajv);
  const validate = ajv.compile(JSON.parse(await readFile(resolve(FOLDER, `${schema}.json`), "utf8")));
  validate(document);
  expect(validate.errors).toBeNull();
}
