import type { AwsRequest } from "./aws-request.js";
import { keyOf, readEventIds, readRecorded } from "./journal-calls.js";
import { type Ignorance, judgePublications, type Published } from "./judge-publications.js";
import { type Publication, readAcknowledged, readPublications } from "./publications.js";

/** What the proxy tells of one call. */
export interface CallWatch {
  /** The stack has answered with success: the call has had its effect. */
  tookEffect(answer: string): void;
  /** The answer went out to the caller whole. */
  answered(): void;
  /** The caller closed the connection, and nothing else had come on it since this answer. */
  hungUp(): void;
}

/** What became of the publications of a round. */
export interface LedgerVerdict {
  /** Entries that the stack acknowledged. */
  effective: number;
  /** Effective publications of an event beyond its first one, by why the processor could not know better. */
  repeats: Record<Ignorance, number>;
  findings: string[];
}

/**
 * Counts effective publications: those that the stack acknowledged, by topic and event. The topic's own deduplication hides from a
 * client's queue that an event was published twice, so the rule is checked here: a processor publishes an event again only if
 * it cannot know that it is published. That is so in two cases, and in no other:
 *
 * - *unanswered*: every earlier effective publication that came through the same door is one whose answer did not reach the
 *   processor in time: it was dropped, it hung, the stack was killed before it came, or the processor had given up, which it shows by
 *   closing the connection (an HTTP client that has read an answer keeps it).
 * - *unrecorded*: the earlier one came through another door, by a processor that was killed, or that lost the message, before
 *   `published` was on record when this processor last asked the journal.
 *
 * So a stack or a processor that is killed allows as many repeats as publications were under way or unrecorded at that moment. Each
 * must be suppressed by the topic: the answer names the sequence number of the first one. And no call holds two entries of a group.
 */
export interface PublishLedger {
  /** @param door - which processor calls */
  watch(door: string, request: AwsRequest): CallWatch;
  verdict(): LedgerVerdict;
}

interface LedgerOptions {
  /** ms of a clock that never jumps. */
  now: () => number;
  /** Within this long a caller has its answer or has given up, ms; a connection that is closed later was closed for another reason. */
  callLivesMs: number;
}

export function createPublishLedger({ now, callLivesMs }: LedgerOptions): PublishLedger {
  const published = new Map<string, Published[]>();
  const recordedAt = new Map<string, number>();
  /** When each door began to read an event's facts, in order. */
  const readAt = new Map<string, number[]>();
  const findings: string[] = [];

  function watchPublications(door: string, publications: Publication[]): CallWatch {
    const begunAt = now();
    let taken: Published[] = [];
    if (new Set(publications.map(({ groupId }) => groupId)).size < publications.length)
      findings.push(`two entries of one group in a call to ${publications[0]?.topic}`);
    return {
      tookEffect(answer) {
        const acknowledged = readAcknowledged(answer);
        taken = publications.flatMap((publication) => {
          const sequence = acknowledged.get(publication.entryId);
          if (sequence === undefined) return [];
          return [{ ...publication, door, begunAt, sequence, answeredAt: Number.POSITIVE_INFINITY }];
        });
        for (const each of taken) append(published, keyOf(each), each);
      },
      answered() {
        for (const each of taken) each.answeredAt = now();
      },
      hungUp() {
        if (now() - begunAt > callLivesMs) return;
        for (const each of taken) each.answeredAt = Number.POSITIVE_INFINITY;
      },
    };
  }

  function watchJournal(door: string, request: AwsRequest): CallWatch {
    for (const eventId of readEventIds(request)) append(readAt, `${door} ${eventId}`, now());
    return {
      tookEffect(answer) {
        for (const fact of readRecorded(request, answer))
          if (!recordedAt.has(keyOf(fact))) recordedAt.set(keyOf(fact), now());
      },
      answered: () => undefined,
      hungUp: () => undefined,
    };
  }

  return {
    watch(door, request) {
      const publications = readPublications(request);
      return publications.length > 0 ? watchPublications(door, publications) : watchJournal(door, request);
    },
    verdict() {
      const repeats = { unanswered: 0, unrecorded: 0 };
      const all = [...findings];
      for (const [key, copies] of published) {
        const judgement = judgePublications(copies, {
          recordedAt: recordedAt.get(key) ?? Number.POSITIVE_INFINITY,
          readsBy: (door) => readAt.get(`${door} ${copies[0]?.eventId}`) ?? [],
        });
        for (const why of judgement.repeats) repeats[why]++;
        all.push(...judgement.findings);
      }
      if (published.size > 0 && recordedAt.size === 0)
        all.push("no published fact was seen on its way to the store, so that no repeat could be judged");
      return { effective: [...published.values()].flat().length, repeats, findings: all };
    },
  };
}

function append<Item>(lists: Map<string, Item[]>, key: string, item: Item): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
