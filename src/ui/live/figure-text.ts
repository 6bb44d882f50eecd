const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `12,345`. */
export function grouped(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

/** The same in six characters at most: `12,345`, `123k`, `12M`. */
export function compact(count: number): string {
  if (count < 100_000) return grouped(count);
  return count < 10_000_000 ? `${grouped(count / 1000)}k` : `${grouped(count / 1e6)}M`;
}

/** A number a second: `0.3`, `1,203`. */
export function rateText(perSecond: number): string {
  return perSecond < 100 ? perSecond.toFixed(1) : grouped(perSecond);
}

/** How long something took: `<1 ms`, `48 ms`, `1.2 s`, `0:02:10`. */
export function latencyText(latencyMs: number): string {
  if (latencyMs < 1) return "<1 ms";
  if (latencyMs < SECOND_MS) return `${Math.round(latencyMs)} ms`;
  return latencyMs < MINUTE_MS ? `${(latencyMs / SECOND_MS).toFixed(1)} s` : durationText(latencyMs);
}

/** `0:01:23`, and `3 d 4:05:06` from a day on. */
export function durationText(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / SECOND_MS));
  const two = (value: number) => String(value).padStart(2, "0");
  const days = Math.floor(durationMs / DAY_MS);
  const clock = `${Math.floor(seconds / 3600) % 24}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return days > 0 ? `${days} d ${clock}` : clock;
}

/** `512 B`, `1.2 MB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  return bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** `10:01:22`, in UTC. `at`: ms since 1970 */
export function clockText(at: number): string {
  return new Date(at).toISOString().slice("2026-11-21T".length, -".000Z".length);
}
