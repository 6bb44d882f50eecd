import { EvpError } from "../../core/errors.js";
import { type CompatibilityVerdict, compareSchemas, type SchemaChange } from "../../core/schema-compatibility.js";
import type { SchemaPlace } from "./schema-place.js";
import type { StoreTrial } from "./try-stored-events.js";

/** The document of `evp schema check --json`. */
export interface SchemaCheckReport {
  /** The new schema's file. */
  file: string;
  type: string;
  /** Of the new schema; null where nothing tells it. */
  version: string | null;
  /** The old schema. */
  against: { file: string; version: string | null };
  /** By the schemas, and by the stored events where these were asked for. */
  verdict: CompatibilityVerdict;
  changes: SchemaChange[];
  /** null: the store was not asked. */
  store: StoreTrial | null;
}

/** A schema as it was read; it must have compiled. */
export interface ReadSchema {
  file: string;
  version?: string | undefined;
  text: string;
}

/** Whether a new schema would refuse what producers send by the old one. */
export function checkSchema(
  newer: ReadSchema & SchemaPlace,
  older: ReadSchema,
  store: StoreTrial | null,
): SchemaCheckReport {
  const { verdict, changes } = compareSchemas(JSON.parse(older.text), JSON.parse(newer.text));
  return {
    file: newer.file,
    type: newer.type,
    version: newer.version ?? null,
    against: { file: older.file, version: older.version ?? null },
    verdict: (store?.failing ?? 0) > 0 ? "breaking" : verdict,
    changes,
    store,
  };
}

/** The failure that the command ends with; nothing where the new schema breaks nobody, as far as that was seen. */
export function schemaCheckProblem({ file, verdict, changes, store }: SchemaCheckReport): EvpError | undefined {
  if (verdict !== "breaking") return undefined;
  const breaking = changes.filter((change) => change.verdict === "breaking").length;
  const byRules = breaking === 0 ? [] : [`${breaking} ${breaking === 1 ? "change breaks" : "changes break"} producers`];
  const byStore =
    store === null || store.failing === 0 ? [] : [`${store.failing} of ${store.checked} stored events would fail`];
  return new EvpError(`${file}: ${[...byRules, ...byStore].join("; ")}`, {
    code: "schema-breaking",
    category: "findings",
    hint: "Take the breaking changes back, or publish it as another version beside the old one.",
  });
}
