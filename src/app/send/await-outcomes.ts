import type { Fact } from "../../core/facts.js";
import { NO_CLIENT } from "../../core/facts.js";
import { isCallError } from "../../ports/call.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal } from "../../ports/journal.js";
import type { SentEvent } from "./send-report.js";

interface AwaitOptions {
  timeoutMs: number;
  /** When sending began, ms since 1970. */
  startedAt: number;
  signal: AbortSignal | undefined;
}

/** Events asked about in one turn, all at the same time. */
const ASKED_AT_ONCE = 25;
const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 1_000;
/** The queue's clock may differ from ours by this much. */
const CLOCK_TOLERANCE_MS = 2_000;

/** Asks the journal until each event's outcome is known and writes it into the events; what is not known in time becomes `unknown`. */
export async function awaitOutcomes(
  { journal, clock }: { journal: Pick<Journal, "readEvent">; clock: Clock },
  events: SentEvent[],
  { timeoutMs, startedAt, signal }: AwaitOptions,
): Promise<void> {
  const sent = events.filter(({ messageId }) => messageId !== null);
  let pending = settleRepeats(sent);
  const end = clock.monotonic() + timeoutMs;
  let pauseMs = FIRST_PAUSE_MS;
  while (pending.length > 0 && signal?.aborted !== true) {
    const asked = pending.slice(0, ASKED_AT_ONCE);
    await Promise.all(asked.map((event) => ask(journal, event, startedAt)));
    const open = asked.filter(({ outcome }) => outcome === undefined);
    // Those that wait longest go to the back, so that one blocked group does not hide the others.
    pending = [...pending.slice(asked.length), ...open];
    if (clock.monotonic() >= end) break;
    pauseMs = open.length < asked.length ? FIRST_PAUSE_MS : Math.min(pauseMs * 2, MAX_PAUSE_MS);
    if (open.length === asked.length) await clock.sleep(Math.min(pauseMs, end - clock.monotonic()), signal);
  }
  for (const event of pending) event.outcome = "unknown";
}

/** A queue that drops a repeated message answers with the message id of the first. @returns the others */
function settleRepeats(events: SentEvent[]): SentEvent[] {
  const seen = new Set<string | null>();
  return events.filter((event) => {
    const isRepeat = seen.has(event.messageId);
    seen.add(event.messageId);
    if (isRepeat) event.outcome = "deduplicated";
    return !isRepeat;
  });
}

async function ask(journal: Pick<Journal, "readEvent">, event: SentEvent, startedAt: number): Promise<void> {
  const { id, clientId, messageId } = event;
  if (messageId === null) return;
  const isNamed = id !== null && clientId !== null;
  const facts = await readFacts(journal, isNamed ? id : messageId);
  const ours = facts.filter((fact) => fact.clientId === (isNamed ? clientId : NO_CLIENT));
  const sentAt = ours.map((fact) => sentAtOf(fact, messageId)).find((at) => at !== undefined);
  learn(event, ours, messageId);
  // It was on the queue before this send began: the queue dropped ours and named the earlier one.
  const isEarlier = sentAt !== undefined && sentAt < startedAt - CLOCK_TOLERANCE_MS;
  if (event.outcome !== undefined && isEarlier) event.outcome = "deduplicated";
}

/** A failed call tells nothing yet: the events are sent, and the journal is asked again. */
async function readFacts(journal: Pick<Journal, "readEvent">, eventId: string): Promise<Fact[]> {
  try {
    return await journal.readEvent(eventId);
  } catch (error) {
    if (isCallError(error)) return [];
    throw error;
  }
}

function learn(event: SentEvent, facts: Fact[], messageId: string): void {
  for (const fact of facts) {
    if (fact.fact === "published" && fact.owner === messageId) event.outcome = "published";
    if (fact.fact === "duplicate" && fact.messageId === messageId) event.outcome = "duplicate";
    if (fact.fact !== "rejected" || fact.messageId !== messageId) continue;
    event.outcome = "rejected";
    event.reason = fact.reason;
    event.detail = fact.detail;
    return;
  }
}

function sentAtOf(fact: Fact, messageId: string): number | undefined {
  if (fact.fact === "accepted" && fact.owner === messageId) return fact.sentAt;
  if (fact.fact === "rejected" && fact.messageId === messageId) return fact.sentAt;
  return undefined;
}
