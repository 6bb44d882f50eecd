import type { StoredEvent } from "../../ports/journal.js";

/** Several clients' stored events as one stream, by when the queue took them; each client's stay in their own order. */
export async function* mergeStored(streams: AsyncGenerator<StoredEvent>[]): AsyncGenerator<StoredEvent> {
  const heads = await Promise.all(streams.map(async (stream) => ({ stream, head: await stream.next() })));
  try {
    for (;;) {
      let first: { stream: AsyncGenerator<StoredEvent>; head: IteratorResult<StoredEvent> } | undefined;
      for (const each of heads) {
        if (each.head.done === true) continue;
        if (first === undefined || first.head.done === true || isEarlier(each.head.value, first.head.value))
          first = each;
      }
      if (first === undefined || first.head.done === true) return;
      yield first.head.value;
      first.head = await first.stream.next();
    }
  } finally {
    await Promise.all(streams.map((stream) => stream.return(undefined)));
  }
}

function isEarlier({ accepted: one }: StoredEvent, { accepted: other }: StoredEvent): boolean {
  return one.sentAt < other.sentAt;
}
