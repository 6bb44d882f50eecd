import { InvalidArgumentError } from "commander";

/** Readers of option values. Each throws commander's InvalidArgumentError, which says what was expected. */

/** A whole number, 1 or more. */
export function readCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(count) || count < 1) {
    throw new InvalidArgumentError("Expected a whole number, 1 or more.");
  }
  return count;
}

const MAX_WORKERS = 64;

/** Processes that share the work. */
export function readWorkers(text: string): number {
  const workers = readCount(text);
  if (workers > MAX_WORKERS) throw new InvalidArgumentError(`Expected at most ${MAX_WORKERS}.`);
  return workers;
}

/** A port of TCP; 0 for any that is free. */
export function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError("Expected a port, 0 to 65535.");
  return port;
}

/** `20/s`, or a bare number: events a second. */
export function readRate(text: string): number {
  const [, number] = /^(\d+(?:\.\d+)?)(?:\/s)?$/.exec(text) ?? [];
  const rate = Number(number);
  if (!(rate > 0)) throw new InvalidArgumentError("Expected events a second, for instance 20/s.");
  return rate;
}

const UNITS_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `500ms`, `30s`, `5m`, `1h`, `2d`, or a bare number of seconds. @returns milliseconds, above 0 */
export function readDuration(text: string): number {
  const [, number, unit = "s"] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text) ?? [];
  const durationMs = Number(number) * (UNITS_MS[unit] ?? Number.NaN);
  if (!(durationMs > 0)) throw new InvalidArgumentError("Expected a duration, for instance 30s, 5m or 1h.");
  return durationMs;
}

/** A point in time, absolute or so long ago. */
export type Since = { agoMs: number } | { at: number };

/** A duration back from now, or a date and time as ISO 8601 writes it. */
export function readSince(text: string): Since {
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at)) return { at };
  try {
    return { agoMs: readDuration(text) };
  } catch {
    throw new InvalidArgumentError("Expected how long ago, for instance 1h, or a time such as 2026-11-21T10:00:00Z.");
  }
}

/** @param now ms since 1970. @returns ms since 1970 */
export function toInstant(since: Since | undefined, now: number): number | undefined {
  if (since === undefined) return undefined;
  return "at" in since ? since.at : now - since.agoMs;
}

/** For an option that may be repeated: every value in order. */
export function collect(text: string, previous: unknown): string[] {
  return Array.isArray(previous) ? [...previous, text] : [text];
}
