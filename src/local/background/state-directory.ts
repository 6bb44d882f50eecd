import { mkdirSync, statSync } from "node:fs";
import { EvpError } from "../../core/errors.js";

/** Makes sure that `directory` is there; its parent must be. @throws EvpError `state-dir-not-writable` */
export function makeStateDirectory(directory: string): void {
  try {
    // Not recursive: under /proc that never returns.
    mkdirSync(directory);
  } catch (error) {
    if (!isDirectory(directory)) throw notWritable(directory, error);
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Something in the state directory could not be written. */
export function notWritable(directory: string, cause: unknown): EvpError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new EvpError(`cannot write the embedded stack's directory ${directory}: ${why}`, {
    code: "state-dir-not-writable",
    category: "usage",
    hint: "Run evp in a directory that can be written, or name a config file (--config) that is in one.",
    cause,
  });
}
