const UNITS = [
  { ms: 86_400_000, name: "d" },
  { ms: 3_600_000, name: "h" },
  { ms: 60_000, name: "min" },
  { ms: 1000, name: "s" },
] as const;

/** `12 ms`, `1.5 s`, `5 min`, `2 h 5 min`, `3 d 4 h`: the two largest units. @param ms 0 or more */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${Math.floor(ms / 100) / 10} s`;
  const largest = UNITS.findIndex((unit) => ms >= unit.ms);
  const [first, second] = UNITS.slice(largest);
  if (first === undefined) return "";
  const count = Math.floor(ms / first.ms);
  const rest = second === undefined ? 0 : Math.floor((ms - count * first.ms) / second.ms);
  return second === undefined || rest === 0
    ? `${count} ${first.name}`
    : `${count} ${first.name} ${rest} ${second.name}`;
}
