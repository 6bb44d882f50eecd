import type { Workload } from "../workload.js";

/** One line of the throughput tables. */
export interface ThroughputRow extends Workload {
  /** Enough to last for the fastest of them. */
  events: number;
}

const SMALL = 500;
const LARGE = 20_000;

const ONE_CLIENT = { clients: 1, groups: 100, bodyBytes: SMALL, delayMs: 0, events: 60_000 };
const TEN_CLIENTS = { ...ONE_CLIENT, clients: 10 };

export const STUB_ROWS: ThroughputRow[] = [
  ONE_CLIENT,
  TEN_CLIENTS,
  { ...ONE_CLIENT, groups: 1, events: 30_000 },
  { ...ONE_CLIENT, bodyBytes: LARGE, events: 10_000 },
  { ...ONE_CLIENT, delayMs: 10 },
  { ...ONE_CLIENT, delayMs: 40, events: 30_000 },
  { ...TEN_CLIENTS, delayMs: 10 },
  { ...ONE_CLIENT, groups: 1, delayMs: 10, events: 4_000 },
];
export const QUICK_STUB_ROWS: ThroughputRow[] = [ONE_CLIENT, { ...TEN_CLIENTS, delayMs: 10 }];

export const STACK_ROWS: ThroughputRow[] = [
  { ...ONE_CLIENT, events: 26_000 },
  { ...TEN_CLIENTS, events: 26_000 },
];
export const QUICK_STACK_ROWS: ThroughputRow[] = [{ ...ONE_CLIENT, events: 12_000 }];

export function describeRow({ clients, groups, bodyBytes, delayMs }: Workload): string {
  const things = `${clients} client${clients === 1 ? "" : "s"}, ${groups} group${groups === 1 ? "" : "s"}`;
  return `${things}, ${bodyBytes / 1000} KB${delayMs === 0 ? "" : `, +${delayMs} ms`}`;
}
