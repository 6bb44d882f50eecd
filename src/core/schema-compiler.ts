import { Ajv2020 } from "ajv/dist/2020.js";
import { Ajv, type ValidateFunction } from "ajv/dist/ajv.js";
import addFormats from "ajv-formats";
import { EvpError } from "./errors.js";
import type { SchemaBook, SchemaFile } from "./schema-book.js";
import { locateSchemaError } from "./schema-error.js";
import type { TriageRule } from "./settings.js";
import { toViolations } from "./violations.js";

/**
 * Strict, so that a misspelt keyword is an error and not a rule that never bites; but a schema need not repeat `type`
 * beside every keyword, nor list in `properties` all that it requires: other tools do not ask for that.
 */
const OPTIONS = {
  strict: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  allErrors: true,
  logger: false,
} as const;
const MAX_TRIAGE_ATTRIBUTES = 3;

/**
 * Compiles every schema and triage rule.
 * @throws EvpError (usage) naming file and pointer, when one does not compile; none is ever skipped
 */
export function compileSchemas(files: readonly SchemaFile[], triage: readonly TriageRule[]): SchemaBook {
  const validators = new Map(files.map((file) => [keyOf(file.type, file.version), compileFile(file)]));
  const rules = compileTriage(triage);
  return {
    violations(type, version, payload, payloadPointer) {
      const validate =
        validators.get(keyOf(type, version)) ??
        validators.get(keyOf(type, undefined)) ??
        validators.get(keyOf(undefined, undefined));
      if (validate === undefined) return undefined;
      return validate(payload) ? [] : toViolations(validate.errors, payloadPointer);
    },
    triage(event) {
      const fitting = rules.filter(({ fits }) => fits(event));
      return Object.assign({}, ...fitting.map(({ attributes }) => attributes));
    },
    types: () => files.flatMap(({ type, version }) => (type === undefined ? [] : [{ type, version: version ?? "*" }])),
  };
}

function keyOf(type: string | undefined, version: string | undefined): string {
  return `${type ?? "*"}/${version ?? "*"}`;
}

function compileFile({ file, text }: SchemaFile): ValidateFunction {
  let schema: unknown;
  try {
    schema = JSON.parse(text);
  } catch (cause) {
    throw schemaError(file, "", cause);
  }
  return compile(schema, file, "");
}

function compile(schema: unknown, file: string, base: string): ValidateFunction {
  if (typeof schema !== "object" || schema === null)
    throw schemaError(file, base, new Error("a schema must be an object"));
  const ajv = createAjv(schema);
  try {
    return ajv.compile(schema);
  } catch (cause) {
    throw schemaError(file, base + locateSchemaError(schema, () => createAjv(schema)), cause);
  }
}

/** An instance for each schema, so that one file's `$id` cannot clash with another's. 2020-12 unless `$schema` says draft-07. */
function createAjv(schema: object): Ajv {
  const isDraft07 =
    "$schema" in schema && /^https?:\/\/json-schema\.org\/draft-07\/schema#?$/.test(String(schema.$schema));
  const ajv = isDraft07 ? new Ajv(OPTIONS) : new Ajv2020(OPTIONS);
  addFormats.default(ajv);
  return ajv;
}

function compileTriage(rules: readonly TriageRule[]) {
  const names = new Set(rules.flatMap(({ attributes }) => Object.keys(attributes)));
  if (names.size > MAX_TRIAGE_ATTRIBUTES) {
    throw new EvpError(`the triage rules add ${names.size} attributes: ${[...names].join(", ")}`, {
      code: "triage-attributes",
      category: "usage",
      hint: `They may add ${MAX_TRIAGE_ATTRIBUTES} names at most, since a message has room for 10 attributes.`,
    });
  }
  return rules.map((rule, index) => ({
    attributes: rule.attributes,
    fits: compile(rule.if, "the config", `/triage/${index}/if`),
  }));
}

function schemaError(file: string, pointer: string, cause: unknown): EvpError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new EvpError(`${file}: the schema does not compile at ${pointer === "" ? "its root" : pointer}: ${reason}`, {
    code: "schema-invalid",
    category: "usage",
    hint: "Mend the schema; nothing runs while one does not compile.",
    cause,
  });
}
