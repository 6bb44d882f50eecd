import type { JsonObject } from "./event.js";
import type { Violation } from "./violations.js";

/** The compiled schemas of a stack, and its triage rules. */
export interface SchemaBook {
  /** What is wrong with a payload; undefined when no schema is known for that type and version. */
  violations(type: string, version: string, payload: JsonObject, payloadPointer: string): Violation[] | undefined;
  /** Attributes that the triage rules add to this event. */
  triage(event: object): Record<string, string>;
  /** Every type that has a schema of its own, with its versions; `*` stands for any version. */
  types(): { type: string; version: string }[];
}

/** A schema as it was read from its file. Without a version it serves every version of the type; without a type, every type that has none. */
export interface SchemaFile {
  type?: string | undefined;
  version?: string | undefined;
  file: string;
  text: string;
}
