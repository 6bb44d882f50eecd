import { type Logger, pino } from "pino";

export type Level = "debug" | "info" | "warn";

/** Bodies are the clients' own, tokens the producers'. Nothing that is told holds one; should that change, it stays out of the log all the same. */
const SECRET = ["body", "payload", "authorization", "token", "secret"];
const REDACTED = SECRET.flatMap((name) => [name, `*.${name}`]);

/** A log of JSON lines. */
export function openLog(stream: NodeJS.WritableStream, lowestLevel: Level): Logger {
  return pino(
    {
      level: lowestLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: REDACTED, censor: "[not logged]" },
    },
    stream,
  );
}
