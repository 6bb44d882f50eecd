import type { AcceptedFact, Fact, PublishedFact, RedrivenFact, RejectedFact, ReplayedFact } from "../../core/facts.js";
import { clientHour, position } from "../../core/queue-place.js";
import type { JournalSettings } from "../../core/settings.js";
import { type Item, integer, text, textMembers } from "./attribute-values.js";
import { factKey } from "./fact-keys.js";

/** The item of a fact. The attributes of an index are there only while the index is switched on. */
export function toItem(fact: Fact, journal: JournalSettings): Item {
  const times = { at: integer(fact.at), expiresAt: integer(fact.expiresAt) };
  switch (fact.fact) {
    case "accepted":
      return { ...factKey(fact, "accepted"), ...times, ...acceptedMembers(fact, journal) };
    case "published":
      return { ...factKey(fact, "published"), ...times, ...publishedMembers(fact) };
    case "rejected":
      return { ...factKey(fact, "rejected", fact.messageId), ...times, ...rejectedMembers(fact, journal) };
    case "duplicate":
      return { ...factKey(fact, "duplicate", fact.messageId), ...times, owner: text(fact.owner) };
    case "redriven":
      return { ...factKey(fact, "redriven", fact.messageId), ...times, ...redrivenMembers(fact) };
    case "purged":
      return { ...factKey(fact, "purged", fact.messageId), ...times };
    case "replayed":
      return { ...factKey(fact, "replayed", fact.replayId), ...times, ...replayedMembers(fact) };
  }
}

function acceptedMembers(fact: AcceptedFact, journal: JournalSettings): Item {
  const { owner, body, contentHash, groupId, sequence, traceparent } = fact;
  return {
    ...textMembers({ owner, body, contentHash, groupId, sequence, traceparent }),
    envelope: { M: textMembers({ ...fact.envelope }) },
    claimedAt: integer(fact.claimedAt),
    sentAt: integer(fact.sentAt),
    receivedAt: integer(fact.receivedAt),
    ...(journal.replayIndex ? replayMembers(fact) : {}),
  };
}

function replayMembers({ clientId, sentAt, sequence }: AcceptedFact): Item {
  return { clientHour: text(clientHour(clientId, sentAt)), position: text(position(sequence, sentAt)) };
}

function publishedMembers({ owner, topicArn, snsMessageId, sequence }: PublishedFact): Item {
  return textMembers({ owner, topicArn, snsMessageId, sequence });
}

function rejectedMembers(fact: RejectedFact, journal: JournalSettings): Item {
  const { reason, detail, body, bodySha256, groupId, sequence, traceparent } = fact;
  return {
    ...textMembers({ reason, detail, body, bodySha256, groupId, sequence, traceparent }),
    envelope: { M: textMembers({ ...fact.envelope }) },
    ...(fact.isDoubtful === true ? { isDoubtful: { BOOL: true } } : {}),
    bodyBytes: integer(fact.bodyBytes),
    sentAt: integer(fact.sentAt),
    redrives: integer(fact.redrives),
    ...(journal.rejectionIndex ? { rejectedDay: text(dayOf(fact.at)) } : {}),
  };
}

function redrivenMembers({ sentAs, changes }: RedrivenFact): Item {
  return textMembers({ sentAs, changes });
}

function replayedMembers({ to, messageId, sequence }: ReplayedFact): Item {
  return textMembers({ to, messageId, sequence });
}

/** The UTC day of a time, `YYYY-MM-DD`. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, "2026-11-21".length);
}
