/** `10:15:30.123`, in UTC, of an ISO 8601 time in UTC; any other text as it is. */
export function timeOfDay(iso: string): string {
  return /T(.+)Z$/.exec(iso)?.[1] ?? iso;
}
