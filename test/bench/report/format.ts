/** `12,345` */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** So many digits behind the point. */
export function decimal(value: number, digits: number): string {
  return value.toFixed(digits);
}

/** `2.5 ×`, how much the one is of the other. */
export function times(value: number, base: number): string {
  return base === 0 ? "–" : `${(value / base).toFixed(2)} ×`;
}
