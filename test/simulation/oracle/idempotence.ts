import { MAX_CLOCK_ERROR_MS, MINUTE, SECOND } from "../times.js";
import type { Appearance, EventStory, Ledger } from "./ledger.js";

/** What a FIFO topic remembers ("Amazon SNS message deduplication for FIFO topics"). */
const DEDUPLICATION_MS = 5 * MINUTE;

/**
 * P4: while the journal lives, an event comes to its topic once. A second copy is right only where the way from publishing to
 * recording was cut, so that nobody could know of the first, and only after more than 5 minutes.
 */
export function checkOnce(ledger: Ledger, appearance: Appearance): void {
  const event = ledger.event(appearance.sent.eventKey);
  const before = event.appearances.at(-2);
  if (before === undefined || before.lifeEndsAt <= appearance.at + MAX_CLOCK_ERROR_MS) return;
  const { eventKey } = appearance.sent;
  if (before.sent.content !== appearance.sent.content) {
    ledger.accuse(`P4: ${eventKey} came to its topic with two contents`);
    return;
  }
  const apartMs = appearance.at - before.at;
  const receivedAt = ledger.stories.get(appearance.sent.messageId)?.receipts.get(appearance.run.name)?.at ?? 0;
  const why = whyWrong(event, before, appearance, receivedAt);
  if (why !== undefined)
    ledger.accuse(
      `P4: ${eventKey} twice on its topic, ${apartMs / SECOND} s apart, by messages ${before.sent.ordinal} and ${appearance.sent.ordinal}, ${before.run.name} and ${appearance.run.name}: ${why}`,
    );
}

function recordedAt(event: EventStory, { sent }: Appearance): number {
  return event.recorded.get(sent.messageId) ?? Number.POSITIVE_INFINITY;
}

/** `receivedAt`: when the second one's processor received it */
function whyWrong(
  event: EventStory,
  before: Appearance,
  appearance: Appearance,
  receivedAt: number,
): string | undefined {
  if (appearance.at - before.at <= DEDUPLICATION_MS) return "within 5 minutes";
  // Whoever has received a message asks the journal; a record that comes after that is not looked for again.
  if (recordedAt(event, before) <= receivedAt) return "although the first was on record";
  if (before.knownBy.has(appearance.run)) return "although the one who published it again knew";
  return wasCut(event, before, appearance) ? undefined : "although nothing kept the first from being recorded";
}

/** Whether something came between the publication and its record: a lost answer, or, for each who knew of it, a death, a standstill, a store that failed. */
function wasCut(event: EventStory, { at, knownBy }: Appearance, { begunAt }: Appearance): boolean {
  return [...knownBy].every((run) => {
    const isGone = run.goneAt !== undefined && run.goneAt <= begunAt;
    const wasFrozen = run.frozenAt !== undefined && run.frozenUntil >= at;
    return isGone || wasFrozen || event.recordFailures.has(run);
  });
}
