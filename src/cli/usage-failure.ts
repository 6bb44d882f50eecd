import type { CommanderError } from "commander";
import type { Failure } from "./failure.js";

const USAGE_EXIT_CODE = 2;

/** By what commander throws for: help and version were asked for and printed. */
export function isAnswered(error: CommanderError): boolean {
  return error.exitCode === 0;
}

/** By what commander throws for: help was printed since a command is missing. */
export function isHelpShown(error: CommanderError): boolean {
  return error.code === "commander.help";
}

/**
 * A mistake in the command line. Commander says what is wrong in the first line of its message and, where it has one, a
 * suggestion in the second.
 * @param commandPath the command that was understood so far, for instance `evp dlq`
 */
export function usageFailure(error: CommanderError, commandPath: string): Failure {
  const [what = "", suggestion] = error.message.split("\n");
  return {
    code: error.code.replace("commander.", "").replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    message: what.replace(/^error: /, ""),
    hint: suggestion?.replace(/^\((.*)\)$/, "$1") ?? `Run ${commandPath} --help to see what it takes.`,
    retryable: false,
    exitCode: USAGE_EXIT_CODE,
  };
}
