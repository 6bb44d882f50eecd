import type { Examine } from "../../core/examine.js";
import type { PurgedFact } from "../../core/facts.js";
import { BATCH_MAX_ENTRIES } from "../../core/limits.js";
import { expiryOf } from "../../core/retention.js";
import { isCallError } from "../../ports/call.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal } from "../../ports/journal.js";
import type { Queue } from "../../ports/queue.js";
import type { DeadLetter, DeadLetterFilter, FoundLetter } from "./dead-letter.js";
import { fetchMessages, holdableParts } from "./fetch-messages.js";
import type { PurgeReport } from "./purge-report.js";
import { releaseAll } from "./search-queue.js";
import { type Settlement, settleLetters } from "./settle-letters.js";
import { visitLetters } from "./visit-letters.js";

export { type PurgeReport, purgeProblem } from "./purge-report.js";

export interface PurgePorts {
  journal: Pick<Journal, "rejections" | "write">;
  deadLetters: Pick<Queue, "receive" | "delete" | "changeVisibility" | "depth">;
  examine: Examine;
  clock: Clock;
}

export interface PurgeOptions {
  filter: DeadLetterFilter;
  /** The oldest so many. */
  limit?: number | undefined;
  /** Days the journal remembers that they were purged. */
  retentionDays: number;
  /** Asked with what would be deleted, bodies left out; false leaves everything as it is. */
  confirm?: ((deadLetters: DeadLetter[]) => Promise<boolean>) | undefined;
  signal?: AbortSignal | undefined;
}

/** A letter to delete; its body may be large and is not needed. */
type Doomed = FoundLetter & { bodyBytes: number };

/**
 * Deletes the dead letters that match from the DLQ for good; the journal keeps what they were.
 * @throws CallError when a service cannot be reached and nothing was deleted
 */
export async function purgeDeadLetters(ports: PurgePorts, options: PurgeOptions): Promise<PurgeReport> {
  const { filter, limit = Number.POSITIVE_INFINITY, signal, confirm } = options;
  const doomed: Doomed[] = [];
  await visitLetters(ports, { filter, wholeBodies: false, leftovers: true, signal }, (found) => {
    if (doomed.length < limit)
      doomed.push({ ...found, letter: { ...found.letter, body: "" }, bodyBytes: found.letter.bodyBytes });
  });
  const report: PurgeReport = { matched: doomed.length, purged: 0, missing: 0, failed: [], interrupted: false };
  if (doomed.length === 0 || (await confirm?.(doomed.map(({ letter }) => letter))) === false) return report;
  try {
    for (const chunk of holdableParts(doomed, undefined)) {
      if (signal?.aborted) break;
      await purgeChunk(ports, chunk, options, report);
    }
  } catch (error) {
    if (!isCallError(error) || report.purged === 0) throw error;
    report.failed.push({ messageId: "", error: error.message });
  }
  return { ...report, interrupted: signal?.aborted === true };
}

async function purgeChunk(
  ports: PurgePorts,
  chunk: Doomed[],
  options: PurgeOptions,
  report: PurgeReport,
): Promise<void> {
  const ids = chunk.map(({ letter }) => letter.messageId);
  const { messages } = await fetchMessages(ports, ids, options.signal);
  const held = new Map([...messages].map(([messageId, { receiptHandle }]) => [messageId, receiptHandle]));
  const settlements = chunk.flatMap((found): Settlement[] => {
    const { messageId } = found.letter;
    const receiptHandle = held.get(messageId);
    return receiptHandle === undefined ? [] : [{ messageId, receiptHandle, fact: purgedFact(ports, found, options) }];
  });
  report.missing += chunk.length - settlements.length;
  try {
    for (let start = 0; start < settlements.length && !options.signal?.aborted; start += BATCH_MAX_ENTRIES) {
      const batch = settlements.slice(start, start + BATCH_MAX_ENTRIES);
      const failed = await settleLetters(ports, batch);
      report.failed.push(...failed);
      report.purged += batch.length - failed.length;
      for (const { messageId } of batch) held.delete(messageId);
    }
  } finally {
    await releaseAll(ports, [...held.values()]);
  }
}

/** Nothing where it was dealt with before, and only its message is left. */
function purgedFact(ports: PurgePorts, found: FoundLetter, { retentionDays }: PurgeOptions): PurgedFact | undefined {
  if (found.settled !== undefined) return undefined;
  const at = ports.clock.now();
  const { address, letter } = found;
  return {
    fact: "purged",
    ...address,
    messageId: letter.messageId,
    at,
    expiresAt: expiryOf(at, retentionDays),
  };
}
