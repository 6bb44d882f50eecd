import type { BlockedGroup } from "../../src/core/blocked-group.js";
import type { AcceptedFact, Fact } from "../../src/core/facts.js";
import type { ProcessorReport } from "../../src/core/processor-report.js";
import type { CallError } from "../../src/ports/call.js";
import type { Journal, Lock } from "../../src/ports/journal.js";
import { factReaders } from "./fact-readers.js";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A journal in memory. */
export interface MemoryJournal extends Journal {
  facts: Fact[];
  locks: Map<string, Lock>;
  blocked: Map<string, BlockedGroup>;
  reports: Map<string, ProcessorReport>;
  /** Decides before and after each write whether it fails. */
  faultOf: (when: "before" | "after") => CallError | undefined;
}

export function createMemoryJournal(): MemoryJournal {
  const journal: MemoryJournal = {
    facts: [],
    locks: new Map(),
    blocked: new Map(),
    reports: new Map(),
    faultOf: () => undefined,
    async insertAccepted(facts) {
      return facts.map((fact) => {
        const isKnown = journal.facts.some((other) => keyOf(other) === keyOf(fact));
        if (!isKnown) journal.facts.push(fact);
        return { ok: true, inserted: !isKnown };
      });
    },
    async write(facts) {
      const before = journal.faultOf("before");
      if (before !== undefined) throw before;
      for (const fact of facts) put(journal, fact);
      const after = journal.faultOf("after");
      if (after !== undefined) throw after;
      return facts.map(() => ({ ok: true }));
    },
    async read({ eventId, clientId }) {
      return journal.facts.filter((fact) => fact.eventId === eventId && fact.clientId === clientId);
    },
    async takeOver(fact, previous) {
      const current = journal.facts.find((other): other is AcceptedFact => keyOf(other) === keyOf(fact));
      if (current?.owner !== previous.owner || current.claimedAt !== previous.claimedAt) return false;
      put(journal, fact);
      return true;
    },
    ...factReaders(() => journal.facts),
    async takeLock(lock, now) {
      const current = journal.locks.get(lock.name);
      if (current !== undefined && current.until > now && current.holder !== lock.holder) return current;
      journal.locks.set(lock.name, lock);
      return undefined;
    },
    async giveLock({ name, holder }) {
      if (journal.locks.get(name)?.holder === holder) journal.locks.delete(name);
    },
    async noteBlockedGroup(group) {
      const noted = journal.blocked.get(group.groupId);
      const since = noted?.messageId === group.messageId ? noted.since : group.since;
      journal.blocked.set(group.groupId, { ...group, since });
    },
    async blockedGroups(now) {
      return [...journal.blocked.values()].filter(({ lastTriedAt }) => lastTriedAt + DAY_MS > now);
    },
    async noteProcessor(report) {
      journal.reports.set(report.processorId, report);
    },
    async forgetProcessor(processorId) {
      journal.reports.delete(processorId);
    },
    async processors(now) {
      return [...journal.reports.values()].filter(({ at }) => at + MINUTE_MS > now);
    },
  };
  return journal;
}

function put(journal: MemoryJournal, fact: Fact): void {
  journal.facts = [...journal.facts.filter((other) => keyOf(other) !== keyOf(fact)), fact];
}

function keyOf(fact: Fact): string {
  return [
    fact.eventId,
    fact.clientId,
    fact.fact,
    "replayId" in fact ? fact.replayId : "messageId" in fact ? fact.messageId : "",
  ].join("#");
}
