import type { Command } from "commander";
import { EvpError } from "../core/errors.js";
import type { CommandSpec, Invocation } from "./command-spec.js";
import { buildCommandTree, isCommanderError } from "./command-tree.js";
import type { CliContext } from "./context.js";
import { type Failure, failureOf } from "./failure.js";
import type { GlobalFlags } from "./global-flags.js";
import { reportFailure } from "./report-failure.js";
import { isAnswered, isHelpShown, usageFailure } from "./usage-failure.js";

/**
 * Runs one command line from beginning to end; it reports every failure itself and never rejects.
 * @param argv as in `process.argv`: the program's arguments begin at the third
 * @returns the exit code (README, "Exit codes")
 */
export async function runProgram(argv: string[], context: CliContext): Promise<number> {
  const brokenPipe = watchForBrokenPipe(context);
  const stop = AbortSignal.any([context.signals.stop, brokenPipe]);
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
    else await root.parseAsync(argv);
    return 0;
  } catch (error) {
    // Nobody reads any more: there is nobody to tell, and nothing went wrong.
    if (brokenPipe.aborted) return 0;
    return await tell(error, root, commandPath, context);
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
  if (spec.stopsItself === true) await spec.run(invocation);
  else await abandonOn(stop, spec.run(invocation));
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

/** Aborts when the reader of stdout has gone, for instance `evp tail client-1 | head -1`. */
function watchForBrokenPipe(context: CliContext): AbortSignal {
  const controller = new AbortController();
  context.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") controller.abort();
  });
  context.stderr.on("error", () => controller.abort());
  return controller.signal;
}
