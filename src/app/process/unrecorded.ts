import { chunksOf } from "../../core/chunks.js";
import type { FactAddress, PublishedFact } from "../../core/facts.js";
import { DYNAMODB_BATCH_MAX_WRITES } from "../../core/limits.js";
import { resultOf } from "../../ports/call-result.js";
import type { ProcessContext } from "./process-context.js";

/**
 * What this process has published and not yet recorded. When the store fails between the two and the message is lost, it
 * may come again, and is then only recorded: this memory stands in for the fact that is missing.
 */
export interface UnrecordedPublications {
  remember(fact: PublishedFact): void;
  forget(fact: PublishedFact): void;
  /** The message is ours no more, and nobody records the publication beside it. */
  abandon(fact: PublishedFact): void;
  abandoned(): PublishedFact[];
  find(address: FactAddress): PublishedFact | undefined;
}

export function createUnrecordedPublications(): UnrecordedPublications {
  const publications = new Map<string, PublishedFact>();
  const abandoned = new Set<PublishedFact>();
  const keyOf = ({ clientId, eventId }: FactAddress) => `${clientId}#${eventId}`;
  const find = (address: FactAddress) => publications.get(keyOf(address));
  return {
    remember: (fact) => publications.set(keyOf(fact), fact),
    forget(fact) {
      publications.delete(keyOf(fact));
      abandoned.delete(fact);
    },
    abandon: (fact) => abandoned.add(fact),
    abandoned: () => [...abandoned],
    find,
  };
}

const RECORD_EVERY_MS = 5_000;

/**
 * Goes on recording what was published for messages that are ours no more, until `ended` aborts: it is on its topic, whoever
 * has the message now, and another processor can only know it from the journal.
 */
export async function recordAbandoned(
  context: ProcessContext,
  unrecorded: UnrecordedPublications,
  ended: AbortSignal,
): Promise<void> {
  do {
    await context.clock.sleep(RECORD_EVERY_MS, ended);
    for (const facts of chunksOf(unrecorded.abandoned(), DYNAMODB_BATCH_MAX_WRITES)) {
      const written = await resultOf(context.connection.journal.write(facts).then((results) => ({ results })));
      for (const [index, fact] of facts.entries())
        if (written.ok && written.results[index]?.ok) unrecorded.forget(fact);
    }
    // Once more at the very end.
  } while (!ended.aborted);
}
