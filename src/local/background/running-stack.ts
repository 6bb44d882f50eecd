import { realpathSync } from "node:fs";
import { isAlive } from "./process-liveness.js";
import { stackFiles } from "./stack-files.js";
import { readStackRecord, type StackRecord } from "./stack-record.js";

const ANSWER_TIMEOUT_MS = 2000;

/**
 * The stack that runs in `stateDir`. A record whose process died, or whose process id or port belongs to something else by now,
 * counts for nothing: the process behind the port must say by itself that it is this one.
 */
export async function findRunningStack(stateDir: string): Promise<StackRecord | undefined> {
  const files = stackFiles(stateDir);
  const record = readStackRecord(files.record);
  if (record === undefined || !isAlive(record.pid)) {
    return undefined;
  }
  const status = await askStatus(record.port);
  return status?.pid === record.pid && status.stateDir === realDirectory(files.directory) ? record : undefined;
}

/** A directory's name without symbolic links, so that it has one name. */
export function realDirectory(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    return directory;
  }
}

interface Status {
  pid: unknown;
  stateDir: unknown;
}

async function askStatus(port: number): Promise<Status | undefined> {
  // Loaded when a stack is looked for, since every command loads this file.
  const { get } = await import("node:http");
  return new Promise((resolve) => {
    const request = get(
      { host: "127.0.0.1", port, path: "/", agent: false, timeout: ANSWER_TIMEOUT_MS },
      (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          body += chunk;
        });
        response.on("end", () => resolve(parseStatus(body)));
        response.on("error", () => resolve(undefined));
      },
    );
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(undefined));
    request.on("close", () => resolve(undefined));
  });
}

function parseStatus(body: string): Status | undefined {
  try {
    const status: unknown = JSON.parse(body);
    const isStatus = typeof status === "object" && status !== null && "pid" in status && "stateDir" in status;
    return isStatus ? { pid: status.pid, stateDir: status.stateDir } : undefined;
  } catch {
    return undefined;
  }
}
