import type { Fact, FactAddress, PublishedFact } from "../../core/facts.js";

/**
 * What this process has published and not yet recorded. When the store fails between the two, the message comes again, and
 * is then only recorded: this memory stands in for the fact that is missing.
 */
export interface UnrecordedPublications {
  remember(fact: PublishedFact): void;
  forget(fact: PublishedFact): void;
  find(address: FactAddress): PublishedFact | undefined;
  /** The journal's facts about one event, with the publication that the journal lacks. */
  addTo(address: FactAddress, facts: Fact[]): Fact[];
}

export function createUnrecordedPublications(): UnrecordedPublications {
  const publications = new Map<string, PublishedFact>();
  const keyOf = ({ clientId, eventId }: FactAddress) => `${clientId}#${eventId}`;
  const find = (address: FactAddress) => publications.get(keyOf(address));
  return {
    remember: (fact) => publications.set(keyOf(fact), fact),
    forget: (fact) => publications.delete(keyOf(fact)),
    find,
    addTo(address, facts) {
      const missing = find(address);
      return missing === undefined ? facts : [...facts, missing];
    },
  };
}
