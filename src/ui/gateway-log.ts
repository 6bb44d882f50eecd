import type { GatewayEvents, GatewayListener } from "../app/gateway/gateway-events.js";
import type { GatewaySummary } from "../app/gateway/gateway-tally.js";
import { type Level, openLog } from "./open-log.js";

/** How each event is logged. Requests that go well are told together, by the status line. */
const LINES: { [Name in keyof GatewayEvents]: { level: Level; message: string } | undefined } = {
  "request:answered": undefined,
  "events:enqueued": undefined,
  "queue:answered": undefined,
  "sender:refused": { level: "info", message: "sender refused" },
  "event:refused": { level: "info", message: "event refused" },
  "queue:failed": { level: "warn", message: "call failed" },
  "breaker:opened": { level: "warn", message: "breaker opened" },
  "breaker:closed": { level: "info", message: "breaker closed" },
  "issuer:failed": { level: "warn", message: "issuer failed" },
  "gateway:failed": { level: "warn", message: "gateway failed" },
  "gateway:stopping": { level: "info", message: "stopping" },
};

/** Refusals are somebody else's to make: so many lines a second at most, the others are counted. */
const MAX_LINES_A_SECOND = 20;

/** Writes lines of JSON: a status line a second while requests come, and a line for what is refused or fails. */
export function createGatewayLog(
  stream: NodeJS.WritableStream,
  lowestLevel: Level,
  now: () => number,
): { listener: GatewayListener; status(summary: GatewaySummary, p99Ms: number | undefined): void } {
  const log = openLog(stream, lowestLevel);
  let told: Pick<GatewaySummary, "requests" | "enqueued"> = { requests: 0, enqueued: 0 };
  let second = 0;
  let lines = 0;
  let suppressed = 0;

  function hasRoom(): boolean {
    const current = Math.floor(now() / 1000);
    if (current !== second) [second, lines] = [current, 0];
    lines += 1;
    if (lines <= MAX_LINES_A_SECOND) return true;
    suppressed += 1;
    return false;
  }

  return {
    listener(name, payload) {
      const line = LINES[name];
      const facts: object = payload;
      if (line !== undefined && hasRoom()) log[line.level](facts, line.message);
    },
    status({ requests, enqueued, statuses }, p99Ms) {
      if (requests === told.requests && suppressed === 0) return;
      const more = { requests: requests - told.requests, enqueued: enqueued - told.enqueued };
      log.info({ ...more, statuses, p99Ms, ...(suppressed > 0 ? { linesLeftOut: suppressed } : {}) }, "status");
      told = { requests, enqueued };
      suppressed = 0;
    },
  };
}
