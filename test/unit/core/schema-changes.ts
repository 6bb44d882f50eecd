import { compareSchemas } from "../../../src/core/schema-compatibility.js";

export type Schema = Record<string, unknown>;

/** Every change on one line: verdict, field, what is said of it. */
export function changes(older: Schema, newer: Schema): string[] {
  return compareSchemas(older, newer).changes.map(
    ({ verdict, field, reason }) => `${verdict}: ${field === "" ? "the payload" : field} ${reason}`,
  );
}

/** Of one field `f`. */
export function ofField(older: unknown, newer: unknown): string[] {
  return changes({ properties: { f: older } }, { properties: { f: newer } });
}
