const pending = new Set<() => void>();

/** Has something put away when the program ends early. @returns a function that says that it has been put away already */
export function onExit(putAway: () => void): () => void {
  pending.add(putAway);
  return () => void pending.delete(putAway);
}

/** Puts away, last come first, whatever is left when the program ends: by an error, or by a signal. */
export function putAwayOnExit(): void {
  process.on("exit", () => {
    for (const putAway of [...pending].reverse()) putAway();
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(130));
}
