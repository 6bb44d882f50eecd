import { isEvpError } from "../../core/errors.js";
import { serveLocalStack } from "./serve.js";
import type { StartReport } from "./start-report.js";

interface StackProcessOptions {
  stateDir: string;
  port: number;
  version: string;
  /** Aborts when the process is told to stop. */
  signal: AbortSignal;
}

/**
 * The whole life of a process that does nothing but serve the embedded stack (`evp local serve`). It reports to the command that started it, logs to stderr, and outlives its own errors.
 * @throws EvpError where the stack cannot be served
 */
export async function runStackProcess({ signal, ...options }: StackProcessOptions): Promise<void> {
  process.on("uncaughtException", (error) => log(`uncaught: ${error.stack ?? error.message}`));
  process.on("unhandledRejection", (reason) => log(`unhandled: ${reason instanceof Error ? reason.stack : reason}`));
  const stack = await serveLocalStack({ ...options, log }).catch(async (error: unknown) => {
    await report(failureOf(error));
    throw error;
  });
  log(`listening on ${stack.endpoint}, state in ${options.stateDir}`);
  const { endpoint, port, portTaken } = stack;
  await report({ evpStack: "ready", endpoint, port, pid: process.pid, portTaken });
  await aborted(signal);
  await stack.close();
  log("stopped");
}

function log(line: string): void {
  process.stderr.write(`${new Date().toISOString()} ${line}\n`);
}

/** Resolves once the report has left, or at once where nobody started this process to wait for it. */
function report(message: StartReport): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined) {
      resolve();
    } else {
      process.send(message, () => resolve());
    }
  });
}

function failureOf(error: unknown): StartReport {
  const message = error instanceof Error ? error.message : String(error);
  return isEvpError(error)
    ? { evpStack: "failed", code: error.code, message, category: error.category, hint: error.hint }
    : { evpStack: "failed", code: "local-stack-start-failed", message, category: "unreachable", hint: undefined };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
    }
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
