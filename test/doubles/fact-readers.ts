import type { AcceptedFact, Fact, PublishedFact, RejectedFact } from "../../src/core/facts.js";
import type { Journal, RejectedEntry } from "../../src/ports/journal.js";

/** How a journal in memory is browsed. @param facts - what it holds now */
export function factReaders(
  facts: () => readonly Fact[],
): Pick<Journal, "readEvent" | "rejections" | "events" | "hasNewer"> {
  return {
    readEvent: async (eventId) => facts().filter((fact) => fact.eventId === eventId),
    async *rejections({ since, until, newestFirst = false }) {
      const found = facts().filter((fact): fact is RejectedFact => fact.fact === "rejected");
      const wanted = found.filter(({ at }) => at >= since && at <= until).sort((one, other) => one.at - other.at);
      if (newestFirst) wanted.reverse();
      for (const rejected of wanted) yield { rejected, settled: settlementOf(facts(), rejected) };
    },
    async *events({ clientId, since, until, newestFirst = false }) {
      const found = facts().filter((fact): fact is AcceptedFact => fact.fact === "accepted");
      const wanted = found.filter((fact) => fact.clientId === clientId && fact.sentAt >= since && fact.sentAt < until);
      wanted.sort((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1));
      if (newestFirst) wanted.reverse();
      for (const accepted of wanted) yield { accepted, published: publicationOf(facts(), accepted) };
    },
    hasNewer: async ({ clientId, groupId, sequence, since }) =>
      facts().some(
        (fact) =>
          fact.fact === "accepted" &&
          fact.clientId === clientId &&
          fact.groupId === groupId &&
          fact.sentAt >= since &&
          BigInt(fact.sequence) > BigInt(sequence),
      ),
  };
}

function placeOf({ sequence, sentAt }: AcceptedFact): string {
  return (sequence === "" ? String(sentAt) : sequence).padStart(20, "0");
}

function publicationOf(facts: readonly Fact[], { eventId, clientId }: AcceptedFact): PublishedFact | undefined {
  return facts.find(
    (fact): fact is PublishedFact =>
      fact.fact === "published" && fact.eventId === eventId && fact.clientId === clientId,
  );
}

function settlementOf(facts: readonly Fact[], { messageId }: RejectedFact): RejectedEntry["settled"] {
  for (const fact of facts) {
    if ((fact.fact === "redriven" || fact.fact === "purged") && fact.messageId === messageId) return fact.fact;
  }
  return undefined;
}
