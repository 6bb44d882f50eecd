import { rmSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { EvpError } from "../../core/errors.js";
import { isAlive } from "./process-liveness.js";
import { findRunningStack } from "./running-stack.js";
import { stackFiles } from "./stack-files.js";
import { readStackRecord, type StackRecord } from "./stack-record.js";
import type { StartReport } from "./start-report.js";
import { makeStateDirectory } from "./state-directory.js";
import { holdTables } from "./tables-hold.js";

/** The document of `evp local status --json`. */
export interface LocalStackStatus {
  running: boolean;
  endpoint: string | null;
  pid: number | null;
  stateDir: string;
}

export interface LocalStack {
  endpoint: string;
  pid: number;
  port: number;
  /** Whether this call started it. */
  started: boolean;
  /** It was started on another port, because the wanted one was taken. */
  portTaken: boolean;
}

interface EnsureOptions {
  stateDir: string;
  /** The port to take when it is free. */
  port: number;
  /** How evp itself is run, for instance `[node, bin/evp.js]`; `local serve --state-dir … --port …` is added. */
  program: string[];
  env: NodeJS.ProcessEnv;
}

/** How long a directory may be held by a process that is no running stack: one that starts, or one that stops. */
const HELD_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 10_000;
/** How long a process may hold a directory that is to be free without answering. */
const SILENT_TIMEOUT_MS = 5000;
const POLL_MS = 20;

/**
 * The stack of `stateDir`, started in the background when it does not run. Commands that start it at the same time end up with one:
 * a stack holds a lock on its files, and who finds it held waits for the holder.
 * @throws EvpError `state-dir-not-writable`, `local-stack-start-failed`, or what the stack itself says about its start
 */
export async function ensureLocalStack(options: EnsureOptions): Promise<LocalStack> {
  const files = stackFiles(options.stateDir);
  makeStateDirectory(files.directory);
  const deadline = Date.now() + HELD_TIMEOUT_MS;
  let running = await findRunningStack(files.directory);
  while (running === undefined) {
    const { startStackProcess } = await import("./start-process.js");
    const report = await startStackProcess({ files, program: options.program, port: options.port, env: options.env });
    if (report.evpStack === "ready") {
      const { endpoint, pid, port, portTaken } = report;
      return { endpoint, pid, port, started: true, portTaken };
    }
    if (report.code !== "state-dir-in-use" || Date.now() > deadline) {
      throw startError(report);
    }
    running = await until(() => findRunningStack(files.directory), 1000);
  }
  return alreadyRunning(running);
}

function alreadyRunning({ endpoint, pid, port }: StackRecord): LocalStack {
  return { endpoint, pid, port, started: false, portTaken: false };
}

function startError({ message, code, category, hint }: Extract<StartReport, { evpStack: "failed" }>): EvpError {
  return new EvpError(message, { code, category, hint });
}

/** Whether the stack of `stateDir` runs, and where. */
export async function localStackStatus(stateDir: string): Promise<LocalStackStatus> {
  const { directory } = stackFiles(stateDir);
  const running = await findRunningStack(directory);
  return {
    running: running !== undefined,
    endpoint: running?.endpoint ?? null,
    pid: running?.pid ?? null,
    stateDir: directory,
  };
}

/** What the last stack of `stateDir` left behind of itself: where it was, and whether a process of its id runs. */
export function localStackTrace(stateDir: string): { pid: number; port: number; isAlive: boolean } | undefined {
  const record = readStackRecord(stackFiles(stateDir).record);
  return record && { pid: record.pid, port: record.port, isAlive: isAlive(record.pid) };
}

/**
 * Stops the stack of `stateDir` and waits until its process is gone; one that does not end by itself within 10 s is killed,
 * which loses nothing.
 * @returns false when it was not running
 * @throws EvpError `state-dir-in-use` where it runs and does not answer
 */
export async function stopLocalStack(stateDir: string): Promise<boolean> {
  const deadline = Date.now() + SILENT_TIMEOUT_MS;
  for (;;) {
    const running = await findRunningStack(stateDir);
    if (running !== undefined) {
      await endProcess(running.pid);
      return true;
    }
    const pid = silentProcess(stateDir);
    if (pid === undefined || !(await isHeld(stateDir))) return false;
    if (Date.now() > deadline) throw inUse(stateDir, pid);
    await delay(POLL_MS);
  }
}

async function endProcess(pid: number): Promise<void> {
  const isGone = async (): Promise<true | undefined> => (isAlive(pid) ? undefined : true);
  signal(pid, "SIGTERM");
  if ((await until(isGone, STOP_TIMEOUT_MS)) === undefined) {
    signal(pid, "SIGKILL");
    await until(isGone, STOP_TIMEOUT_MS);
  }
}

/** The process that the record names, where it runs: the stack, though it does not answer, or another one that got its id. */
function silentProcess(stateDir: string): number | undefined {
  const pid = readStackRecord(stackFiles(stateDir).record)?.pid;
  return pid !== undefined && isAlive(pid) ? pid : undefined;
}

async function isHeld(stateDir: string): Promise<boolean> {
  const letGo = await holdTables(stackFiles(stateDir).tables);
  await letGo?.();
  return letGo === undefined;
}

/**
 * Stops the stack of `stateDir` if it runs, and deletes all it holds: queues, topics, messages, tables and logs.
 * @throws EvpError `state-dir-in-use`, with nothing deleted, where a process has them open and does not answer
 */
export async function resetLocalStack(stateDir: string): Promise<void> {
  await stopLocalStack(stateDir);
  const { queues, tables, record, issuerKey, log, oldLog, positions } = stackFiles(stateDir);
  const letGo = await until(() => holdTables(tables), SILENT_TIMEOUT_MS);
  if (letGo === undefined) throw inUse(stateDir, silentProcess(stateDir));
  try {
    for (const path of [queues, `${queues}-wal`, `${queues}-shm`, tables, record, issuerKey, log, oldLog, positions]) {
      rmSync(path, { recursive: true, force: true });
    }
  } finally {
    await letGo();
  }
}

function inUse(stateDir: string, pid: number | undefined): EvpError {
  const holder = pid === undefined ? "another process" : `process ${pid}`;
  return new EvpError(`${holder} has the embedded stack's files in ${stateDir} open and does not answer`, {
    code: "state-dir-in-use",
    category: "failed",
    hint: `End ${pid === undefined ? "it" : `it (kill -9 ${pid})`}, which loses nothing, and try again.`,
  });
}

function signal(pid: number, name: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It ended in the meantime.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) {
      throw error;
    }
  }
}

/** Looks again and again until there is something to see. @returns nothing when there was not within `timeoutMs` */
async function until<Value>(look: () => Promise<Value | undefined>, timeoutMs: number): Promise<Value | undefined> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined || Date.now() > deadline) {
      return seen;
    }
    await delay(POLL_MS);
  }
}
