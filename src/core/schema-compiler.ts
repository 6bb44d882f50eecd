import { Ajv2020 } from "ajv/dist/2020.js";
import { Ajv } from "ajv/dist/ajv.js";
import { ATTRIBUTE } from "./attribute-names.js";
import { EvpError } from "./errors.js";
import { compilePattern } from "./pattern.js";
import type { SchemaBook, SchemaFile } from "./schema-book.js";
import { type Checker, createChecker } from "./schema-checker.js";
import { findSchemaFault, type SchemaFault } from "./schema-error.js";
import { addSafeFormats } from "./schema-formats.js";
import { addStepKeyword, createMeter, type Meter } from "./schema-meter.js";
import { addUniqueItems } from "./schema-unique-items.js";
import type { TriageRule } from "./settings.js";

/**
 * Strict, so that a misspelt keyword is an error and not a rule that never bites; but a schema need not repeat `type`
 * beside every keyword, nor list in `properties` all that it requires: other tools do not ask for that.
 */
const OPTIONS = {
  strict: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  logger: false,
  // ajv asks for the name under which generated source would find it; none is ever written out.
  code: { regExp: Object.assign((source: string) => compilePattern(source), { code: "compilePattern" }) },
} as const;
const MAX_TRIAGE_ATTRIBUTES = 3;
const NO_ATTRIBUTES = {};

/**
 * Compiles every schema and triage rule.
 * @throws EvpError (usage) naming file and pointer, when one does not compile; none is ever skipped
 */
export function compileSchemas(files: readonly SchemaFile[], triage: readonly TriageRule[]): SchemaBook {
  const checkers = new Map(files.map((file) => [keyOf(file.type, file.version), compileFile(file)]));
  const rules = compileTriage(triage);
  return {
    violations(type, version, payload, payloadPointer) {
      const checker =
        checkers.get(keyOf(type, version)) ??
        checkers.get(keyOf(type, undefined)) ??
        checkers.get(keyOf(undefined, undefined));
      return checker?.violations(payload, payloadPointer);
    },
    triage(event) {
      if (rules.length === 0) return NO_ATTRIBUTES;
      const fitting = rules.filter(({ checker }) => checker.isValid(event));
      return Object.assign({}, ...fitting.map(({ attributes }) => attributes));
    },
    types: () => files.flatMap(({ type, version }) => (type === undefined ? [] : [{ type, version: version ?? "*" }])),
  };
}

function keyOf(type: string | undefined, version: string | undefined): string {
  return `${type ?? "*"}/${version ?? "*"}`;
}

function compileFile({ file, text }: SchemaFile): Checker {
  let schema: unknown;
  try {
    schema = JSON.parse(text);
  } catch (cause) {
    throw schemaError(file, { pointer: "", reason: cause instanceof Error ? cause.message : String(cause) });
  }
  return compile(schema, file, "");
}

function compile(schema: unknown, file: string, base: string): Checker {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) {
    throw schemaError(file, { pointer: base, reason: "a schema must be a JSON object" });
  }
  const draft = draftOf(schema);
  if (draft === undefined) {
    const reason = "it is not supported; use 2020-12 (the default) or draft-07";
    throw schemaError(file, { pointer: `${base}/$schema`, reason });
  }
  try {
    const needsUnevaluated = JSON.stringify(schema).includes('"unevaluated');
    return createChecker(schema, (meter, allErrors) => {
      const ajv = createAjv(draft, meter, allErrors);
      // Where nothing asks what was evaluated, `anyOf` is over with the first branch that fits.
      if (!needsUnevaluated) ajv.opts.unevaluated = false;
      return ajv;
    });
  } catch {
    const fault = findSchemaFault(schema, () => createAjv(draft, createMeter(), true));
    throw schemaError(file, { ...fault, pointer: base + fault.pointer });
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
function createAjv(draft: Draft, meter: Meter, allErrors: boolean): Ajv {
  const options = { ...OPTIONS, allErrors };
  const ajv = draft === "draft-07" ? new Ajv(options) : new Ajv2020(options);
  addSafeFormats(ajv, meter);
  addUniqueItems(ajv);
  addStepKeyword(ajv, meter);
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
    checker: compile(rule.if, "the config", `/triage/${index}/if`),
  }));
}

function reservedAttribute(pointer: string, name: string): EvpError {
  return new EvpError(`the config: ${pointer} is an attribute that evp itself sets`, {
    code: "triage-attributes",
    category: "usage",
    hint: `Use another name than ${name}.`,
  });
}

function schemaError(file: string, { pointer, reason, hint }: SchemaFault): EvpError {
  return new EvpError(`${file}: the schema does not compile at ${pointer === "" ? "its root" : pointer}: ${reason}`, {
    code: "schema-invalid",
    category: "usage",
    hint: hint ?? "Mend the schema; nothing runs while one does not compile.",
  });
}
