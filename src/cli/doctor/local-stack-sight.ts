import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { LocalStackSight } from "../../app/doctor/local-stack.js";
import type { LocalStackControl, LocalStackPlace } from "../context.js";

/** How the embedded stack stands, without starting it. */
export async function seeLocalStack(
  control: Pick<LocalStackControl, "status">,
  { stateDir, port }: LocalStackPlace,
): Promise<LocalStackSight> {
  const { endpoint, pid } = await control.status(stateDir);
  const running = endpoint === null || pid === null ? undefined : { endpoint, pid };
  const record = await readRecord(stateDir);
  const portHolder = running === undefined ? await whoAnswers(record?.port ?? port) : "nobody";
  return { stateDir, wantedPort: port, running, record, portHolder };
}

/** What a stack leaves behind of itself, be it stopped or killed. */
async function readRecord(stateDir: string): Promise<LocalStackSight["record"]> {
  try {
    const { pid, port } = JSON.parse(await readFile(join(stateDir, "stack.json"), "utf8"));
    return Number.isInteger(pid) && Number.isInteger(port) ? { pid, port, isAlive: isAlive(pid) } : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    // Not permitted: it is there and belongs to somebody else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** It has ended, and its parent has not asked about it: a container without an init keeps it so. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z");
  } catch {
    return false;
  }
}

const ANSWER_TIMEOUT_MS = 2000;

/** An embedded stack says by itself whose it is. */
async function whoAnswers(port: number): Promise<LocalStackSight["portHolder"]> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    return holderOf(await answer.text());
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name === "TimeoutError") return "silent";
    return codeOf(error.cause) === "ECONNREFUSED" ? "nobody" : "somebody";
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function holderOf(body: string): LocalStackSight["portHolder"] {
  try {
    const { pid, stateDir } = JSON.parse(body);
    return Number.isInteger(pid) && typeof stateDir === "string" ? { pid, stateDir } : "somebody";
  } catch {
    return "somebody";
  }
}
