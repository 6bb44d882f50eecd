import { Ajv2020 } from "ajv/dist/2020.js";
import { Ajv, type ValidateFunction } from "ajv/dist/ajv.js";
import addFormats from "ajv-formats";
import { ATTRIBUTE } from "./attribute-names.js";
import { EvpError } from "./errors.js";
import type { SchemaBook, SchemaFile } from "./schema-book.js";
import { findSchemaFault } from "./schema-error.js";
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
    throw schemaError(file, "", cause instanceof Error ? cause.message : String(cause));
  }
  return compile(schema, file, "");
}

function compile(schema: unknown, file: string, base: string): ValidateFunction {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) {
    throw schemaError(file, base, "a schema must be a JSON object");
  }
  const draft = draftOf(schema);
  if (draft === undefined) {
    throw schemaError(file, `${base}/$schema`, "it is not supported; use 2020-12 (the default) or draft-07");
  }
  try {
    return createAjv(draft).compile(schema);
  } catch {
    const { pointer, reason } = findSchemaFault(schema, () => createAjv(draft));
    throw schemaError(file, base + pointer, reason);
  }
}

type Draft = "2020-12" | "draft-07";

/** 2020-12 unless `$schema` says otherwise; undefined for a draft that is not supported. */
function draftOf(schema: object): Draft | undefined {
  if (!("$schema" in schema)) return "2020-12";
  const named = String(schema.$schema);
  if (/^https?:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/.test(named)) return "2020-12";
  return /^https?:\/\/json-schema\.org\/draft-07\/schema#?$/.test(named) ? "draft-07" : undefined;
}

/** An instance for each schema, so that one file's `$id` cannot clash with another's. */
function createAjv(draft: Draft): Ajv {
  const ajv = draft === "draft-07" ? new Ajv(OPTIONS) : new Ajv2020(OPTIONS);
  addFormats.default(ajv);
  return ajv;
}

const RESERVED = new Set<string>(Object.values(ATTRIBUTE));

function compileTriage(rules: readonly TriageRule[]) {
  for (const [index, { attributes }] of rules.entries()) {
    const name = Object.keys(attributes).find((attribute) => RESERVED.has(attribute));
    if (name !== undefined) throw reservedAttribute(`/triage/${index}/attributes/${name}`, name);
  }
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

function reservedAttribute(pointer: string, name: string): EvpError {
  return new EvpError(`the config: ${pointer} is an attribute that evp itself sets`, {
    code: "triage-attributes",
    category: "usage",
    hint: `Use another name than ${name}.`,
  });
}

function schemaError(file: string, pointer: string, reason: string): EvpError {
  return new EvpError(`${file}: the schema does not compile at ${pointer === "" ? "its root" : pointer}: ${reason}`, {
    code: "schema-invalid",
    category: "usage",
    hint: "Mend the schema; nothing runs while one does not compile.",
  });
}
