import type { LocalStackSight } from "../../app/doctor/local-stack.js";
import type { LocalStackControl, LocalStackPlace } from "../context.js";

/** How the embedded stack stands, without starting it. */
export async function seeLocalStack(
  control: Pick<LocalStackControl, "status" | "trace">,
  { stateDir, port }: LocalStackPlace,
): Promise<LocalStackSight> {
  const { endpoint, pid } = await control.status(stateDir);
  const running = endpoint === null || pid === null ? undefined : { endpoint, pid };
  const record = await control.trace(stateDir);
  const portHolder = running === undefined ? await whoAnswers(record?.port ?? port) : "nobody";
  return { stateDir, wantedPort: port, running, record, portHolder };
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
