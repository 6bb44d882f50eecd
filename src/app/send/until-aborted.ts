/** The items of `source` until `signal` aborts, even while the next one is waited for. */
export async function* untilAborted<Item>(
  source: AsyncIterable<Item>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Item> {
  if (signal === undefined) return yield* source;
  const iterator = source[Symbol.asyncIterator]();
  let giveUp: () => void = () => undefined;
  const onAbort = () => giveUp();
  signal.addEventListener("abort", onAbort);
  try {
    while (!signal.aborted) {
      // Not Promise.race with one promise for the abort: that would keep every item alive until the end.
      const next = await new Promise<IteratorResult<Item> | undefined>((resolve, reject) => {
        giveUp = () => resolve(undefined);
        iterator.next().then(resolve, reject);
      });
      if (next === undefined || next.done === true) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    // Not waited for: a source that is itself waiting may never answer, and what it then says is of no interest.
    void iterator.return?.().catch(() => undefined);
  }
}
