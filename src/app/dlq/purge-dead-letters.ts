import type { Examine } from "../../core/examine.js";
import type { PurgedFact } from "../../core/facts.js";
import { BATCH_MAX_ENTRIES } from "../../core/limits.js";
import { expiryOf } from "../../core/retention.js";
import { isCallError } from "../../ports/call.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal } from "../../ports/journal.js";
import type { Queue } from "../../ports/queue.js";
import type { DeadLetterFilter, FoundLetter } from "./dead-letter.js";
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
  /** Asked with how many would be deleted, and how many may be behind them in their groups; it throws to leave everything as it is. */
  confirm?: ((count: number, hidden: number) => Promise<void>) | undefined;
  signal?: AbortSignal | undefined;
}

/** A letter to delete; its body may be large and is not needed. */
type Doomed = FoundLetter & { bodyBytes: number };

/**
 * Deletes the dead letters that match from the DLQ for good; the journal keeps what they were.
 * @throws CallError when a service cannot be reached and nothing was deleted
 */
export async function purgeDeadLetters(ports: PurgePorts, options: PurgeOptions): Promise<PurgeReport> {
  const isInterrupted = () => options.signal?.aborted === true;
  const report: PurgeReport = { matched: 0, purged: 0, missing: 0, failed: [], hidden: 0, interrupted: false };
  for (let isFirst = true; ; isFirst = false) {
    const { doomed, hidden } = await gatherDoomed(ports, options, report.purged);
    const left = isFirst ? doomed : doomed.filter(({ origin }) => origin === "queue");
    report.matched += left.length;
    report.hidden = hidden;
    if (left.length === 0 || isInterrupted()) break;
    if (isFirst) await options.confirm?.(left.length, hidden);
    const before = report.purged;
    await purgeAll(ports, left, options, report);
    if (hidden === 0 || report.purged === before || report.failed.length > 0 || isInterrupted()) break;
  }
  return { ...report, interrupted: isInterrupted() };
}

/** What the DLQ shows now: more comes forward when the first of a group are gone. */
async function gatherDoomed(ports: PurgePorts, { filter, limit, signal }: PurgeOptions, purged: number) {
  const doomed: Doomed[] = [];
  const left = (limit ?? Number.POSITIVE_INFINITY) - purged;
  const options = { filter, wholeBodies: false, leftovers: true, signal };
  const { hidden } = await visitLetters(ports, options, (found) => {
    if (doomed.length < left)
      doomed.push({ ...found, letter: { ...found.letter, body: "" }, bodyBytes: found.letter.bodyBytes });
  });
  return { doomed, hidden };
}

async function purgeAll(
  ports: PurgePorts,
  doomed: Doomed[],
  options: PurgeOptions,
  report: PurgeReport,
): Promise<void> {
  try {
    for (const chunk of holdableParts(doomed, undefined)) {
      if (options.signal?.aborted) break;
      await purgeChunk(ports, chunk, options, report);
    }
  } catch (error) {
    if (!isCallError(error) || report.purged === 0) throw error;
    report.failed.push({ messageId: "", error: error.message });
  }
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
