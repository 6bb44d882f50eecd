import { EvpError } from "../../core/errors.js";
import type { Fact, RejectedFact } from "../../core/facts.js";
import { MAX_RETENTION_SECONDS } from "../../core/limits.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal, RejectedEntry } from "../../ports/journal.js";
import { retryCall } from "../retry-call.js";
import { type FoundLetter, fromJournal } from "./dead-letter.js";
import { fetchMessages } from "./fetch-messages.js";
import { releaseAll } from "./search-queue.js";
import { type BrowsePorts, isCut, visitLetters } from "./visit-letters.js";

export type FindPorts = Omit<BrowsePorts, "journal"> & { journal: Pick<Journal, "rejections" | "readEvent"> };

export interface LetterOfId {
  /** The newest, with its whole body where the DLQ has it. */
  found: FoundLetter;
  /** Message ids of the other open letters of that event. */
  others: string[];
}

/**
 * The dead letter of a message id, or the newest one of an event id. The facts of an event lie together, so that only a message id is
 * looked for among all rejections; and on the DLQ, what the journal does not know.
 * @throws EvpError (not-found), which says so where it was dealt with
 */
export async function findLetter(ports: FindPorts, id: string, signal?: AbortSignal): Promise<LetterOfId> {
  const ofEvent = await readLetters(ports, id, signal);
  const found = ofEvent.length > 0 ? ofEvent : await search(ports, id, signal);
  const open = found.filter(({ settled }) => settled === undefined);
  open.sort((one, other) => Date.parse(other.letter.rejectedAt) - Date.parse(one.letter.rejectedAt));
  const [newest, ...others] = open;
  if (newest === undefined) throw notFound(id, found.at(-1));
  const whole = isCut(newest) ? await withWholeBody(ports, newest, signal) : newest;
  return { found: whole, others: others.map(({ letter }) => letter.messageId) };
}

/** The letters of the event `id`, as far as the DLQ may still have them. */
async function readLetters({ journal, clock }: FindPorts, id: string, signal?: AbortSignal): Promise<FoundLetter[]> {
  const facts = await retryCall(clock, signal, () => journal.readEvent(id));
  return lettersAmong(facts, clock);
}

function lettersAmong(facts: Fact[], clock: Clock): FoundLetter[] {
  const oldest = clock.now() - MAX_RETENTION_SECONDS * 1000;
  const rejected = facts.filter((fact): fact is RejectedFact => fact.fact === "rejected" && fact.at >= oldest);
  return rejected.map((fact) => fromJournal({ rejected: fact, settled: settlementOf(fact, facts) }));
}

function settlementOf({ clientId, messageId }: RejectedFact, facts: Fact[]): RejectedEntry["settled"] {
  for (const fact of facts) {
    const isSettlement = fact.fact === "redriven" || fact.fact === "purged";
    if (isSettlement && fact.clientId === clientId && fact.messageId === messageId) return fact.fact;
  }
  return undefined;
}

async function search(ports: FindPorts, id: string, signal?: AbortSignal): Promise<FoundLetter[]> {
  const matching: FoundLetter[] = [];
  const done = new AbortController();
  const keep = (found: FoundLetter) => {
    matching.push(found);
    // No two letters have the same message id.
    if (found.letter.messageId === id) done.abort();
  };
  const options = { filter: { ids: [id] }, wholeBodies: false, leftovers: false, newestFirst: true, onSettled: keep };
  const ended = signal === undefined ? done.signal : AbortSignal.any([signal, done.signal]);
  await visitLetters(ports, { ...options, signal: ended }, keep);
  return matching;
}

async function withWholeBody(ports: FindPorts, found: FoundLetter, signal?: AbortSignal): Promise<FoundLetter> {
  const { messageId } = found.letter;
  const { messages } = await fetchMessages(ports, [messageId], signal);
  const message = messages.get(messageId);
  if (message === undefined) return found;
  await releaseAll(ports, [message.receiptHandle]);
  return { ...found, letter: { ...found.letter, body: message.body } };
}

function notFound(id: string, dealtWith: FoundLetter | undefined): EvpError {
  const known = dealtWith?.settled;
  if (dealtWith !== undefined && known !== undefined) {
    return new EvpError(`the dead letter of ${id} was ${known}`, {
      code: "dead-letter-settled",
      category: "not-found",
      hint: `evp why ${id} tells what became of it.`,
    });
  }
  return new EvpError(`there is no dead letter with the message id or event id ${id}`, {
    code: "dead-letter-unknown",
    category: "not-found",
    hint: "evp dlq list shows what there is.",
  });
}
