/** The items of `source` until `signal` aborts, even while the next one is waited for. */
export async function* untilAborted<Item>(
  source: AsyncIterable<Item>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Item> {
  if (signal === undefined) return yield* source;
  const iterator = source[Symbol.asyncIterator]();
  const aborted = new Promise<"aborted">((resolve) => {
    if (signal.aborted) resolve("aborted");
    else signal.addEventListener("abort", () => resolve("aborted"), { once: true });
  });
  try {
    for (;;) {
      const next = await Promise.race([aborted, iterator.next()]);
      if (next === "aborted" || next.done === true) return;
      yield next.value;
    }
  } finally {
    // Not waited for: a source that is itself waiting may never answer.
    void iterator.return?.();
  }
}
