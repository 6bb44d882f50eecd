import { MAX_RETENTION_SECONDS } from "../core/limits.js";
import type { ProcessorReport } from "../core/processor-report.js";
import type { QueueDepth } from "../ports/queue.js";

/** What an operator should not overlook. */
export interface StatusWarning {
  /** Stable and kebab-case, for programs. */
  code: "oldest-message" | "no-processor";
  message: string;
}

const DAY_MS = 24 * 60 * 60_000;
const RETENTION_MS = MAX_RETENTION_SECONDS * 1000;
/** Half of the time that the queue keeps a message: whoever reads it then has the other half to put things right. */
const OLD_MS = RETENTION_MS / 2;

/** @param now ms since 1970 */
export function statusWarnings(
  ingress: QueueDepth,
  processors: readonly ProcessorReport[],
  now: number,
): StatusWarning[] {
  return [...oldestMessage(processors, now), ...noProcessor(ingress, processors)];
}

function oldestMessage(processors: readonly ProcessorReport[], now: number): StatusWarning[] {
  const sentAt = Math.min(...processors.map(({ oldestSentAt }) => oldestSentAt ?? now), now);
  if (now - sentAt <= OLD_MS) return [];
  const days = Math.floor((now - sentAt) / DAY_MS);
  const message = `the oldest message that a processor has seen is ${days} days old, and the queue drops it after ${RETENTION_MS / DAY_MS}: see what its group waits for`;
  return [{ code: "oldest-message", message }];
}

function noProcessor(ingress: QueueDepth, processors: readonly ProcessorReport[]): StatusWarning[] {
  const waiting = ingress.visible + ingress.delayed;
  if (waiting === 0 || processors.length > 0) return [];
  const messages = waiting === 1 ? "1 message waits" : `${waiting} messages wait`;
  const message = `${messages}, and no processor has said anything within the last minute: evp process runs one`;
  return [{ code: "no-processor", message }];
}
