/**
 * A name for a replay that no other of the stack has, in the order in which they began.
 * @param now ms since 1970
 * @param uuid random; its first 6 digits tell apart two that begin in the same second
 */
export function newReplayId(now: number, uuid: string): string {
  const [date = "", time = ""] = new Date(now).toISOString().split(/[T.]/);
  return `${date.replaceAll("-", "")}-${time.replaceAll(":", "")}-${uuid.slice(0, 6)}`;
}

/** Whether a text can be the id of a replay. */
export function isReplayId(text: string): boolean {
  return /^\d{8}-\d{6}-[0-9a-f]{6}$/.test(text);
}
