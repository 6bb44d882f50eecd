import { pino } from "pino";
import type { ProcessEvents, ProcessListener } from "../app/process/events.js";

type Level = "debug" | "info" | "warn";

/** How each event is logged. Bodies never are: they are the clients' own. */
const LINES: { [Name in keyof ProcessEvents]: { level: Level; message: string } } = {
  "messages:received": { level: "debug", message: "received" },
  "batch:answered": { level: "debug", message: "batch answered" },
  "processor:sampled": { level: "debug", message: "sampled" },
  "event:published": { level: "info", message: "published" },
  "event:rejected": { level: "info", message: "rejected" },
  "event:duplicate": { level: "info", message: "duplicate" },
  "group:blocked": { level: "warn", message: "group blocked" },
  "group:unblocked": { level: "info", message: "group unblocked" },
  "group:released": { level: "warn", message: "group released" },
  "call:failed": { level: "warn", message: "call failed" },
  "breaker:opened": { level: "warn", message: "breaker opened" },
  "breaker:closed": { level: "info", message: "breaker closed" },
  "lease:lost": { level: "warn", message: "lease lost" },
  "processor:stopping": { level: "info", message: "stopping" },
  "processor:stopped": { level: "info", message: "stopped" },
};

/** Writes a JSON line for each event: level, time, what, and the facts, the correlation id among them. */
export function createProcessLog(
  stream: NodeJS.WritableStream,
  lowestLevel: Level,
): { listener: ProcessListener; close(): Promise<void> } {
  const log = pino(
    {
      level: lowestLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  );
  return {
    listener: (name, payload) => {
      const { level, message } = LINES[name];
      const facts: object = payload;
      log[level](facts, message);
    },
    async close() {},
  };
}
