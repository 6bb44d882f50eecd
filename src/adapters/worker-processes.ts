import type { ChildProcess } from "node:child_process";
import type { ParentProcess, WorkerOrder, WorkerProcess } from "../ports/worker-process.js";

/** Tells a process that it is a worker, and whether its parent wants its events. */
const VARIABLE = "EVP_WORKER";

/** Starts this very program once more, with the same command line. */
export function startWorkerProcess(wantsEvents: boolean): WorkerProcess {
  // Loaded here, since it takes milliseconds, and every command starts with this file.
  const { fork } = process.getBuiltinModule("node:child_process");
  const [, program = "", ...args] = process.argv;
  const env = { ...process.env, [VARIABLE]: wantsEvents ? "events" : "summary" };
  const child = fork(program, args, { env, stdio: ["ignore", "inherit", "pipe", "ipc"] });
  child.stderr?.setEncoding("utf8");
  return {
    // One that is just ending takes no orders, and needs none.
    order: (order) => void (child.connected && child.send(order, () => undefined)),
    listen: (listener) => void child.on("message", (message) => listener(message)),
    listenErrors: (listener) => void child.stderr?.on("data", (text: string) => listener(text)),
    ended: endOf(child),
  };
}

function endOf(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    // Not "exit": what it said last is read by then.
    child.once("close", (code, signal) => resolve(code === 0 ? undefined : (signal ?? `exit code ${code}`)));
  });
}

/** @returns the process that started this one as its worker, and its orders as signals; undefined where nobody did */
export function openParentProcess(): { parent: ParentProcess; stop: AbortSignal; force: AbortSignal } | undefined {
  const wanted = process.env[VARIABLE];
  if (wanted === undefined || process.send === undefined) return undefined;
  const stop = new AbortController();
  const force = new AbortController();
  process.on("message", (order: WorkerOrder) => {
    stop.abort();
    if (order === "force") force.abort();
  });
  // A worker without its parent finishes what it holds.
  process.once("disconnect", () => stop.abort());
  // A signal for the whole group of processes reaches the parent too, which gives its orders then; it must not count twice.
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => stop.abort());
  const tell = (told: object) =>
    new Promise<void>((resolve) => {
      if (process.connected) process.send?.(told, undefined, undefined, () => resolve());
      else resolve();
    });
  return { parent: { wantsEvents: wanted === "events", tell }, stop: stop.signal, force: force.signal };
}
