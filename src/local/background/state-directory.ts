import { mkdirSync } from "node:fs";
import { EvpError } from "../../core/errors.js";

/** Makes sure that `directory` is there. @throws EvpError `state-dir-not-writable` */
export function makeStateDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    throw notWritable(directory, error);
  }
}

/** Something in the state directory could not be written. */
export function notWritable(directory: string, cause: unknown): EvpError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new EvpError(`cannot write the embedded stack's directory ${directory}: ${why}`, {
    code: "state-dir-not-writable",
    category: "usage",
    hint: "Make it writable, or run evp with a config in a directory that is.",
    cause,
  });
}
