import type { Workload } from "../workload.js";

/** What a stub is told to hold: `POST /-/load`. */
export interface Load {
  workload: Workload;
  run: number;
  events: number;
  /** Events a second; without it all of them are on the queue from the beginning. */
  ratePerSecond?: number;
  /** What is wrong with the events of group 0: their bodies, or their topic. */
  poison?: "rejected" | "unpublishable";
}

/** What has happened since: `GET /-/progress`. */
export interface Progress {
  sent: number;
  inserted: number;
  published: number;
  recorded: number;
  deadLettered: number;
  /** Gone from the ingress queue. */
  deleted: number;
  /** Publishes of an event that was not newer than the last one of its group: none, if order is kept. */
  outOfOrder: number;
  calls: Record<string, number>;
  /** CPU time of the stub itself. */
  cpuMs: number;
}

/** From the time at which an event was due on the queue to its publish, of healthy groups: `GET /-/latency`. */
export interface Latency {
  events: number;
  p50Ms: number;
  p99Ms: number;
}

/** Paths that are no calls of AWS. */
export const CONTROL = { load: "/-/load", progress: "/-/progress", latency: "/-/latency" } as const;
