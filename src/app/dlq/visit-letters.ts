import type { Examine } from "../../core/examine.js";
import { MAX_RETENTION_SECONDS } from "../../core/limits.js";
import { MOVED_BY_QUEUE } from "../../core/outcome.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal } from "../../ports/journal.js";
import type { Queue, ReceivedMessage } from "../../ports/queue.js";
import { type DeadLetterFilter, type FoundLetter, fromJournal, fromMessage, letterIdOf } from "./dead-letter.js";
import { matchesFilter } from "./dead-letter-filter.js";
import { searchQueue } from "./search-queue.js";

export interface BrowsePorts {
  journal: Pick<Journal, "rejections">;
  deadLetters: Pick<Queue, "receive" | "changeVisibility" | "depth">;
  /** Reads the envelope of messages that the queue itself moved. */
  examine: Examine;
  clock: Clock;
}

interface VisitOptions {
  filter: DeadLetterFilter;
  /** Fetch from the DLQ the bodies of which the journal keeps only the beginning. */
  wholeBodies: boolean;
  /** Also those that were dealt with, when their message is still on the DLQ. */
  leftovers: boolean;
  /** Told of those that were dealt with, wherever their message is. */
  onSettled?: ((found: FoundLetter) => void) | undefined;
  /** Those of the journal in the opposite order. */
  newestFirst?: boolean | undefined;
  /** Ends the visit. */
  signal?: AbortSignal | undefined;
}

type Visit = (found: FoundLetter) => void | Promise<void>;

/** What a visit could not see. */
export interface Unseen {
  /** Messages behind the first 10 of their groups, which the DLQ hands out only when those are gone. */
  hidden: number;
}

/** What the journal knows of the DLQ. */
interface Known {
  /** By message id. */
  states: Map<string, FoundLetter["settled"]>;
  /** Letters that should be on the DLQ. */
  open: number;
  /** Letters that match and were dealt with. */
  settled: Map<string, FoundLetter>;
  /** Message ids and event ids of those that match. */
  ids: Set<string>;
  /** Letters that match and have only the beginning of their body in the journal. */
  cut: Map<string, FoundLetter>;
}

/**
 * Visits the dead letters that match, one after the other: those of the journal first, oldest first. The DLQ itself is looked into only when it may
 * hold some that the journal does not know, or for whole bodies; all that is received is released again.
 */
export async function visitLetters(ports: BrowsePorts, options: VisitOptions, visit: Visit): Promise<Unseen> {
  const known = await readJournal(ports, options, visit);
  if (options.signal?.aborted) return { hidden: 0 };
  const { visible, inFlight, delayed } = await ports.deadLetters.depth();
  const total = visible + inFlight + delayed;
  const mustLookNow = total > 0 && mustLook(options, known, total);
  const looked = mustLookNow ? await lookIntoQueue(ports, options, known, total, visit) : total;
  for (const found of known.cut.values()) await visit(found);
  return { hidden: options.signal?.aborted ? 0 : Math.max(0, total - inFlight - looked) };
}

/**
 * The depth alone does not tell: letters that the journal knows and that are gone make up for letters that only the queue
 * knows. So it is looked into whenever these are asked for, and before anything is done with all there are.
 */
function mustLook({ filter, leftovers }: VisitOptions, known: Known, total: number): boolean {
  const isIdMissing = filter.ids?.some((id) => !known.ids.has(id)) === true;
  return total > known.open || known.cut.size > 0 || leftovers || filter.reason === MOVED_BY_QUEUE || isIdMissing;
}

async function readJournal(
  { journal, clock }: BrowsePorts,
  { filter, wholeBodies, leftovers, onSettled, newestFirst = false, signal }: VisitOptions,
  visit: Visit,
): Promise<Known> {
  const known: Known = { states: new Map(), open: 0, settled: new Map(), ids: new Set(), cut: new Map() };
  const until = clock.now();
  const period = { since: until - MAX_RETENTION_SECONDS * 1000, until, newestFirst };
  for await (const entry of journal.rejections(period)) {
    if (signal?.aborted) break;
    const found = fromJournal(entry);
    const { messageId } = found.letter;
    known.states.set(messageId, found.settled);
    if (found.settled === undefined) known.open += 1;
    if (!matchesFilter(found.letter, filter)) continue;
    if (filter.ids !== undefined) known.ids.add(messageId).add(found.letter.eventId ?? messageId);
    if (found.settled !== undefined) {
      onSettled?.(found);
      if (leftovers) known.settled.set(messageId, withoutBody(found));
    } else if (wholeBodies && isCut(found)) known.cut.set(messageId, found);
    else await visit(found);
  }
  return known;
}

/** @returns how many messages it has seen */
async function lookIntoQueue(
  ports: BrowsePorts,
  { filter, leftovers, signal }: VisitOptions,
  known: Known,
  total: number,
  visit: Visit,
): Promise<number> {
  let looked = 0;
  const look = async (message: ReceivedMessage) => {
    looked += 1;
    const found = recognise(message, known, leftovers) ?? stranger(message, known, ports.examine);
    if (found !== undefined && matchesFilter(found.letter, filter)) await visit(found);
    return "release" as const;
  };
  await searchQueue(ports, { look, isDone: () => looked >= total, visible: total, signal });
  return looked;
}

/** A letter that the journal could not tell all about. */
function recognise(message: ReceivedMessage, known: Known, leftovers: boolean): FoundLetter | undefined {
  const id = letterIdOf(message);
  const cut = known.cut.get(id);
  if (cut === undefined) return leftovers ? known.settled.get(id) : undefined;
  known.cut.delete(id);
  return { ...cut, letter: { ...cut.letter, body: message.body } };
}

/** A message of which the journal says nothing. */
function stranger(message: ReceivedMessage, known: Known, examine: Examine): FoundLetter | undefined {
  return known.states.has(letterIdOf(message)) ? undefined : fromMessage(message, examine);
}

/** There may be thousands. */
function withoutBody(found: FoundLetter): FoundLetter {
  return { ...found, letter: { ...found.letter, body: "" } };
}

/** Whether the journal holds only the beginning of the body. */
export function isCut({ letter: { body, bodyBytes } }: FoundLetter): boolean {
  return Buffer.byteLength(body) < bodyBytes;
}
