import { EvpError } from "../core/errors.js";

/** What a command ends with when its result cannot be written. */
export function outputFailure(cause: Error): EvpError {
  // Its message names the system's code, ENOSPC for instance.
  return new EvpError(`cannot write the output: ${cause.message}`, {
    code: "output-failed",
    category: "failed",
    hint: "Check where the output goes; what the command did before stays done.",
    cause,
  });
}
