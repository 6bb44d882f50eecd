const BARS = "▁▂▃▄▅▆▇█";

/** Numbers as bars, one character each, the highest of them as high as a line; the last ones where there is no room for all. Nothing and less is the lowest bar. */
export function sparkline(values: readonly number[], width: number): string {
  const shown = width <= 0 ? [] : values.slice(-width);
  const highest = Math.max(0, ...shown);
  return shown.map((value) => BARS[stepOf(value, highest)] ?? "").join("");
}

/** Whatever is above nothing is seen to be. */
function stepOf(value: number, highest: number): number {
  if (!(value > 0) || highest <= 0) return 0;
  return Math.max(1, Math.round((value / highest) * (BARS.length - 1)));
}
