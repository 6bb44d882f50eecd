import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { EvpError } from "../../core/errors.js";
import type { StackFiles } from "./stack-files.js";
import { isStartReport, type StartReport } from "./start-report.js";
import { notWritable } from "./state-directory.js";

/** A log that is longer when a stack starts is put aside. */
const MAX_LOG_BYTES = 5 * 1024 * 1024;
const START_TIMEOUT_MS = 20_000;
const TAIL_LINES = 8;
/** glibc gives each thread a heap of its own, which LevelDB's and SQLite's threads leave half empty ("mallopt"). */
const LITTLE_MEMORY = { MALLOC_ARENA_MAX: "2" };

interface StartOptions {
  files: StackFiles;
  /** The command line without its arguments of `local serve`. */
  program: string[];
  port: number;
  env: NodeJS.ProcessEnv;
}

/**
 * Starts the background process, its output in the log, and waits for its report.
 * @throws EvpError `local-stack-start-failed` with the tail of the log where it ends or hangs without one
 */
export async function startStackProcess({ files, program, port, env }: StartOptions): Promise<StartReport> {
  const log = openLog(files);
  const [command = process.execPath, ...prefix] = program;
  const args = [...prefix, "local", "serve", "--state-dir", files.directory, "--port", String(port)];
  try {
    const child = spawn(command, args, {
      detached: true,
      env: { ...LITTLE_MEMORY, ...env },
      stdio: ["ignore", log.descriptor, log.descriptor, "ipc"],
      windowsHide: true,
    });
    return await reportOf(child, () => tailOf(files.log, log.sizeBytes));
  } finally {
    closeSync(log.descriptor);
  }
}

function openLog(files: StackFiles): { descriptor: number; sizeBytes: number } {
  try {
    if ((statSync(files.log, { throwIfNoEntry: false })?.size ?? 0) > MAX_LOG_BYTES) {
      renameSync(files.log, files.oldLog);
    }
    const descriptor = openSync(files.log, "a");
    return { descriptor, sizeBytes: statSync(files.log).size };
  } catch (error) {
    throw notWritable(files.directory, error);
  }
}

function reportOf(child: ChildProcess, tail: () => string): Promise<StartReport> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      child.removeAllListeners();
      if (child.connected) {
        child.disconnect();
      }
      child.unref();
      finish();
    };
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      settle(() => reject(startFailed(`it was not ready after ${START_TIMEOUT_MS / 1000} s`, tail())));
    }, START_TIMEOUT_MS);
    child.on("message", (message) => {
      if (isStartReport(message)) {
        settle(() => resolve(message));
      }
    });
    child.once("error", (error) => settle(() => reject(startFailed(error.message, tail(), error))));
    child.once("exit", (code, signal) => {
      settle(() =>
        reject(startFailed(signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}`, tail())),
      );
    });
  });
}

function startFailed(why: string, tail: string, cause?: unknown): EvpError {
  return new EvpError(`the embedded stack did not start: ${why}${tail === "" ? "" : `\n${tail}`}`, {
    code: "local-stack-start-failed",
    category: "unreachable",
    hint: "`evp local logs` shows its whole log.",
    cause,
  });
}

/** The last lines that were written behind `offset`, indented. */
function tailOf(file: string, offset: number): string {
  const written = readFileSync(file).subarray(offset).toString("utf8").trimEnd();
  const lines = written === "" ? [] : written.split("\n").slice(-TAIL_LINES);
  return lines.map((line) => `  ${line}`).join("\n");
}
