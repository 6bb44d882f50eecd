import type { ProcessEvents, ProcessListener } from "../app/process/events.js";
import { createLogStatus } from "./log-status.js";
import { type Level, openLog } from "./open-log.js";

export { createGatewayLog } from "./gateway-log.js";

/** How each event is logged. Events that go well are told together, by the status line. */
const LINES: { [Name in keyof ProcessEvents]: { level: Level; message: string } | undefined } = {
  /** It is when that line may be due. */
  "processor:sampled": undefined,
  "messages:received": { level: "debug", message: "received" },
  "batch:answered": { level: "debug", message: "batch answered" },
  "event:published": { level: "debug", message: "published" },
  "event:rejected": { level: "info", message: "rejected" },
  "event:duplicate": { level: "debug", message: "duplicate" },
  "group:blocked": { level: "warn", message: "group blocked" },
  "group:unblocked": { level: "info", message: "group unblocked" },
  "group:released": { level: "warn", message: "group released" },
  "call:failed": { level: "warn", message: "call failed" },
  "breaker:opened": { level: "warn", message: "breaker opened" },
  "breaker:closed": { level: "info", message: "breaker closed" },
  "lease:lost": { level: "warn", message: "lease lost" },
  "batch:finished": { level: "info", message: "batch" },
  "processor:stopping": { level: "info", message: "stopping" },
  "processor:stopped": { level: "info", message: "stopped" },
};

/**
 * Writes lines of JSON: a status line a second while something happens and one a minute while nothing does, and a line for each rejection and
 * for all that needs attention, with the correlation id where it is about a message. `debug`: a line for each event, too.
 *
 * @param now ms since 1970
 */
export function createProcessLog(
  stream: NodeJS.WritableStream,
  lowestLevel: Level,
  now: () => number,
): { listener: ProcessListener; close(): Promise<void> } {
  const log = openLog(stream, lowestLevel);
  const status = createLogStatus(now);
  const tellStatus = () => {
    const line = status.look();
    if (line !== undefined) log.info(line, "status");
  };
  return {
    listener(name, payload) {
      status.take(name, payload);
      const line = LINES[name];
      if (line === undefined) return tellStatus();
      const facts: object = payload;
      log[line.level]("detail" in facts ? { ...facts, detail: withoutExcerpt(facts.detail) } : facts, line.message);
    },
    async close() {},
  };
}

/** What JSON.parse says of a text that it cannot read quotes the text around the place: that part of a body stays out of the log. */
function withoutExcerpt(detail: unknown): unknown {
  return typeof detail === "string"
    ? detail.replace(/, (\.\.\.)?".*"(\.\.\.)? is not valid JSON$/s, " in JSON")
    : detail;
}
