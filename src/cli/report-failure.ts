import type { CliContext } from "./context.js";
import type { Failure } from "./failure.js";
import type { GlobalFlags } from "./global-flags.js";

/** Tells a failure on stderr: with `--json` as one line of JSON, otherwise as a line of what and a line of what to do; the stack trace only with `--verbose`. */
export async function reportFailure(
  context: CliContext,
  globals: Pick<GlobalFlags, "json" | "verbose">,
  failure: Failure,
  error: unknown,
): Promise<void> {
  if (globals.json === true) {
    const { jsonLine } = await import("../ui/json.js");
    const { code, message, hint = null, retryable } = failure;
    context.stderr.write(jsonLine({ error: { code, message, hint, retryable } }));
  } else {
    const { cleanText } = await import("../ui/external-text.js");
    context.stderr.write(`evp: ${cleanText(failure.message)}\n`);
    if (failure.hint !== undefined) context.stderr.write(`${cleanText(failure.hint)}\n`);
  }
  if (globals.verbose === true) context.stderr.write(await stackTrace(error));
}

async function stackTrace(error: unknown): Promise<string> {
  const { inspect } = await import("node:util");
  return `${inspect(error)}\n`;
}
