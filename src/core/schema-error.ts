import type { Ajv } from "ajv/dist/ajv.js";
import { UnsafePattern } from "./pattern-error.js";
import { subschemas } from "./schema-parts.js";
import { escapePointerPart } from "./violations.js";

/** Where a schema does not compile (JSON Pointer), and why. */
export interface SchemaFault {
  pointer: string;
  reason: string;
  /** What else to write, where something is known. */
  hint?: string;
}

const PATTERN_HINT =
  "Use no lookaround or back-reference beside repetitions, limit what repeats, or use a format instead of the pattern.";

/** The innermost part of a schema that does not compile, since ajv names the fault but not always the place. `createAjv`: a fresh one each time */
export function findSchemaFault(schema: object, createAjv: () => Ajv): SchemaFault {
  const [broken] = metaSchemaErrors(schema, createAjv());
  if (broken !== undefined) return { pointer: broken.instancePath, reason: broken.message ?? "breaks its meta-schema" };
  for (const [pointer, part] of subschemas(schema)) {
    if (isMissingReference(compileError(part, createAjv())) || compileError(part, createAjv()) === undefined) continue;
    const fault = findSchemaFault(part, createAjv);
    return { ...fault, pointer: pointer + fault.pointer };
  }
  const error = compileError(schema, createAjv());
  const reason = error?.message ?? "does not compile";
  if (isMissingReference(error)) return { pointer: findReference(schema, error.missingRef) ?? "", reason };
  const keyword = Object.entries(schema).find(([name, value]) => isFaultyAlone(name, value, createAjv()))?.[0];
  const hint = error instanceof UnsafePattern ? { hint: PATTERN_HINT } : {};
  return { pointer: keyword === undefined ? "" : `/${escapePointerPart(keyword)}`, reason, ...hint };
}

function metaSchemaErrors(schema: object, ajv: Ajv) {
  ajv.validateSchema(schema);
  return ajv.errors ?? [];
}

function compileError(schema: object, ajv: Ajv): Error | undefined {
  try {
    ajv.compile(schema);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** A part that refers to the whole cannot be judged alone. */
function isMissingReference(error: Error | undefined): error is Error & { missingRef: string } {
  return error !== undefined && "missingRef" in error && typeof error.missingRef === "string";
}

function isFaultyAlone(keyword: string, value: unknown, ajv: Ajv): boolean {
  const error = compileError({ [keyword]: value }, ajv);
  return error !== undefined && !isMissingReference(error);
}

/** Pointer to the `$ref` that leads nowhere. */
function findReference(value: unknown, reference: string): string | undefined {
  if (!isObject(value)) return undefined;
  for (const [name, member] of Object.entries(value)) {
    const pointer = `/${escapePointerPart(name)}`;
    if (name === "$ref" && typeof member === "string" && reference.endsWith(member)) return pointer;
    const inner = findReference(member, reference);
    if (inner !== undefined) return pointer + inner;
  }
  return undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
