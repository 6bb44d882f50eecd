import { DEFAULTS } from "../../../src/cli/config/defaults.js";

/** What a peer is told on its command line, as JSON. */
export interface Assignment {
  endpoint: string;
  clients: number;
}

export function readAssignment(): Assignment {
  return JSON.parse(process.argv[2] ?? "{}");
}

/** Messages that each of those compared may hold at the same time: what evp holds by default. */
export const MAX_HELD = DEFAULTS.process.concurrency;
