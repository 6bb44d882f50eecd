import type { Diagnosis } from "./check.js";

/** What is seen of the embedded stack without starting it. */
export interface LocalStackSight {
  stateDir: string;
  /** The port it is asked to take. */
  wantedPort: number;
  /** Where it answers; undefined while it does not run. */
  running: { endpoint: string; pid: number } | undefined;
  /** What its state directory says of the last time it ran. */
  record: { pid: number; port: number; isAlive: boolean } | undefined;
  /** Who answers at the recorded port, or else at the wanted one, while it does not run. `silent`: whoever has it says nothing. */
  portHolder: "nobody" | "silent" | "somebody" | { pid: number; stateDir: string };
}

const START = "Start it with evp local start; any command that needs it does that too.";

/** Whether the embedded stack runs, and what is in its way where it does not. */
export function localStackDiagnosis(sight: LocalStackSight): Diagnosis {
  const { running, record, stateDir, portHolder, wantedPort } = sight;
  if (running !== undefined) return { status: "ok", detail: `runs on ${running.endpoint} (process ${running.pid})` };
  if (record === undefined) {
    return {
      status: "warn",
      detail: `does not run, and never did in ${stateDir}${portText(wantedPort, portHolder)}`,
      hint: START,
      blocks: true,
    };
  }
  if (record.isAlive && (portHolder === "nobody" || portHolder === "silent")) {
    const detail = `does not answer on port ${record.port}, though process ${record.pid} of ${stateDir} is there`;
    const hint = `Look what it is (ps -p ${record.pid}). If it is the stack, end it (kill -9 ${record.pid}), which loses nothing; then evp local start.`;
    return { status: "warn", detail, hint, blocks: true };
  }
  const gone = record.isAlive ? "" : ` (process ${record.pid} is gone)`;
  const detail = `does not run${gone}${portText(record.port, portHolder)}`;
  return { status: "warn", detail, hint: START, blocks: true };
}

function portText(port: number, holder: LocalStackSight["portHolder"]): string {
  if (holder === "nobody") return "";
  const who =
    holder === "somebody" || holder === "silent" ? "another program" : `the embedded stack of ${holder.stateDir}`;
  return `; port ${port} belongs to ${who} now, so it would take another one`;
}
