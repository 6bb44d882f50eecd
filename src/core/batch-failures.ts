/** One record of a batch. */
interface BatchItem {
  messageId: string;
  groupId: string;
}

/**
 * Which messages of a batch are to come again, in the batch's order: each that is not done, and with the first of its group all
 * that follow it there, as the mapping asks for ("Handling errors for an SQS event source in Lambda"). One that was done all the same
 * is found in the journal when it comes again, and has no effect.
 */
export function batchFailures<Item extends BatchItem>(batch: readonly Item[], isDone: (item: Item) => boolean): Item[] {
  const failing = new Set<string>();
  return batch.filter((item) => {
    if (!isDone(item)) failing.add(item.groupId);
    return failing.has(item.groupId);
  });
}
