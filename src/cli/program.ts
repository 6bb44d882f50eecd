import type { Command } from "commander";
import { EvpError } from "../core/errors.js";
import type { CommandSpec, Invocation } from "./command-spec.js";
import { buildCommandTree, isCommanderError } from "./command-tree.js";
import type { CliContext } from "./context.js";
import { type Failure, failureOf } from "./failure.js";
import type { GlobalFlags } from "./global-flags.js";
import { reportFailure } from "./report-failure.js";
import { isAnswered, isHelpShown, usageFailure } from "./usage-failure.js";
import { withoutVainHelp } from "./vain-help.js";
import { type OutputWatch, watchOutput } from "./watch-output.js";

/**
 * Runs one command line from beginning to end; it reports every failure itself and never rejects.
 * @param argv as in `process.argv`: the program's arguments begin at the third
 * @returns the exit code (docs/commands.md, "Exit codes")
 */
export async function runProgram(argv: string[], context: CliContext): Promise<number> {
  const watch = watchOutput(context);
  const stop = AbortSignal.any([context.signals.stop, watch.broken]);
  let commandPath = "evp";
  const root = buildCommandTree({
    version: context.version,
    stdout: context.stdout,
    stderr: context.stderr,
    run: (spec, command) => runCommand(spec, command, context, stop),
    onDescend(path) {
      commandPath = path;
    },
  });
  try {
    if (argv.length <= 2) root.outputHelp();
    else await root.parseAsync(withoutVainHelp(argv.slice(2)), { from: "user" });
    await watch.assertWritten();
    return 0;
  } catch (error) {
    const first = await firstFailure(watch, error);
    return watch.hasReaderGone() ? 0 : await tell(first, root, commandPath, context);
  }
}

/** A command whose output broke is told to stop: what it then ends with is not what went wrong. */
async function firstFailure(watch: OutputWatch, error: unknown): Promise<unknown> {
  try {
    await watch.assertWritten();
    return error;
  } catch (outputError) {
    return outputError;
  }
}

/** The one place where a failed command becomes a text and an exit code. */
async function tell(error: unknown, root: Command, commandPath: string, context: CliContext): Promise<number> {
  if (isCommanderError(error) && isAnswered(error)) return 0;
  const globals = root.opts<GlobalFlags>();
  const failure: Failure = isCommanderError(error)
    ? usageFailure(error, commandPath)
    : await failureOf(error, async (callError) => (await import("../app/call-errors.js")).explainCallError(callError));
  if (!(isCommanderError(error) && isHelpShown(error))) await reportFailure(context, globals, failure, error);
  return failure.exitCode;
}

async function runCommand(spec: CommandSpec, command: Command, context: CliContext, stop: AbortSignal): Promise<void> {
  const { createOutput } = await import("./output.js");
  const globals = command.optsWithGlobals<GlobalFlags>();
  const invocation: Invocation = {
    context,
    globals,
    flags: command.opts(),
    args: command.args,
    output: createOutput(context, globals),
    stop,
  };
  const work = spec.run(invocation);
  if (spec.stopsItself === "at-once") await work;
  else await abandonOn(spec.stopsItself === "in-time" ? context.signals.force : stop, work);
}

/** Waits for the work unless the signal is faster. What is under way then ends with the process. */
async function abandonOn(signal: AbortSignal, work: Promise<void>): Promise<void> {
  let abandon = () => {};
  const interruption = new Promise<never>((_resolve, reject) => {
    abandon = () => reject(interrupted());
    signal.addEventListener("abort", abandon, { once: true });
    if (signal.aborted) abandon();
  });
  try {
    await Promise.race([work, interruption]);
  } finally {
    signal.removeEventListener("abort", abandon);
  }
}

function interrupted(): EvpError {
  return new EvpError("interrupted", {
    code: "interrupted",
    category: "interrupted",
    hint: "Run the command again: it goes on from what is there.",
    retryable: true,
  });
}
