import type { MadeBody } from "./make-body.js";

/** A body that did not get what it must, with what is needed to see it again. */
export interface Failure {
  serial: number;
  made: MadeBody;
  got: string;
}

/** What has been seen of the bodies of one family. */
interface Row {
  bodies: number;
  slowestMs: number;
  slowest: string;
}

/** Counts bodies by family, and keeps those that failed. */
export interface Tally {
  passed: number;
  failures: Failure[];
  rows: Map<string, Row>;
  count(made: MadeBody, ms: number): void;
}

export function createTally(): Tally {
  const rows = new Map<string, Row>();
  return {
    passed: 0,
    failures: [],
    rows,
    count({ family, name }, ms) {
      const row = rows.get(family) ?? { bodies: 0, slowestMs: 0, slowest: "" };
      const isSlowest = ms >= row.slowestMs;
      rows.set(family, {
        bodies: row.bodies + 1,
        slowestMs: isSlowest ? ms : row.slowestMs,
        slowest: isSlowest ? name : row.slowest,
      });
    },
  };
}
