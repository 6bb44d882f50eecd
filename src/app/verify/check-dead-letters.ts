import { NO_CLIENT, type RejectedFact } from "../../core/facts.js";
import { MAX_RETENTION_SECONDS } from "../../core/limits.js";
import { GRACE_MS } from "../../core/verify-findings.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal } from "../../ports/journal.js";
import type { Queue } from "../../ports/queue.js";
import { controlCall } from "../control-calls.js";
import { letterIdOf } from "../dlq/dead-letter.js";
import { searchQueue } from "../dlq/search-queue.js";
import { retryCall } from "../retry-call.js";
import type { FindingsList } from "./findings-list.js";

export interface DeadLetterPorts {
  journal: Pick<Journal, "rejections" | "read">;
  deadLetters: Pick<Queue, "receive" | "changeVisibility" | "depth">;
  clock: Clock;
}

interface DeadLetterOptions {
  clientId: string | undefined;
  /** ms since 1970. */
  since: number;
  /** Look at every message of the DLQ; else its depth alone is held against the journal. */
  deep: boolean;
  signal: AbortSignal | undefined;
}

const RETENTION_MS = MAX_RETENTION_SECONDS * 1000;
/** The DLQ drops a message 14 days after it was sent there, which is some time after it was rejected. */
const RETENTION_MARGIN_MS = 60 * 60 * 1000;

type OpenLetter = Pick<RejectedFact, "eventId" | "clientId" | "groupId" | "messageId" | "sentAt" | "at">;

/**
 * Holds the rejections of the last 14 days that were neither redriven nor purged against the DLQ. Its depth is looked at first, which
 * shows a loss unless other messages make up for it; only a `deep` look tells which ones are missing. What is received is released.
 * @returns how many rejections were looked at
 */
export async function checkDeadLetters(
  ports: DeadLetterPorts,
  findings: FindingsList,
  options: DeadLetterOptions,
): Promise<number> {
  const open = new Map<string, OpenLetter>();
  let checked = 0;
  const now = ports.clock.now();
  const since = Math.max(options.since, now - RETENTION_MS + RETENTION_MARGIN_MS);
  for await (const { rejected, settled } of ports.journal.rejections({ since, until: now - GRACE_MS })) {
    if (options.signal?.aborted === true) return checked;
    if (options.clientId !== undefined && rejected.clientId !== options.clientId) continue;
    checked += 1;
    if (settled !== undefined) continue;
    const { eventId, clientId, groupId, messageId, sentAt, at } = rejected;
    open.set(messageId, { eventId, clientId, groupId, messageId, sentAt, at });
    if (rejected.isDoubtful === true) await checkDoubt(ports, findings, rejected);
  }
  if (open.size === 0) return checked;
  if (options.deep) await lookForEach(ports, findings, open, options.signal);
  else await compareDepth(ports, findings, open);
  return checked;
}

/** The journal may have learnt since whether the event is on its topic. */
async function checkDoubt(ports: DeadLetterPorts, findings: FindingsList, rejected: RejectedFact): Promise<void> {
  const facts = await retryCall(ports.clock, undefined, () => ports.journal.read(rejected));
  const published = facts.find((fact) => fact.fact === "published");
  const { detail, ...letter } = rejected;
  if (published === undefined) {
    findings.add({ kind: "maybe-published", ...aboutLetter(letter), detail: `rejected, with the doubt: ${detail}` });
    return;
  }
  const said = `published ${new Date(published.at).toISOString()}, and still a dead letter`;
  findings.add({ kind: "published-and-rejected", ...aboutLetter(letter), detail: said });
}

async function compareDepth(
  ports: DeadLetterPorts,
  findings: FindingsList,
  open: Map<string, OpenLetter>,
): Promise<void> {
  const { visible, inFlight, delayed } = await controlCall(ports.clock, () => ports.deadLetters.depth());
  const held = visible + inFlight + delayed;
  const missing = open.size - held;
  if (missing <= 0) return;
  findings.add({
    kind: "dead-letters-missing",
    at: open.values().next().value?.at,
    detail: `${missing} at least: the journal knows ${open.size} dead letters that are neither redriven nor purged, and the DLQ holds about ${held}`,
    advice: "evp verify --deep looks through the DLQ and names them",
  });
}

async function lookForEach(
  ports: DeadLetterPorts,
  findings: FindingsList,
  open: Map<string, OpenLetter>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { visible, inFlight } = await controlCall(ports.clock, () => ports.deadLetters.depth());
  const look = (message: Parameters<typeof letterIdOf>[0]) => {
    open.delete(letterIdOf(message));
    return "release" as const;
  };
  await searchQueue(ports, { look, isDone: () => open.size === 0, visible, signal });
  if (signal?.aborted === true) return;
  const doubt = inFlight === 0 ? "" : `; another program holds ${inFlight}, so look again`;
  for (const letter of open.values()) {
    const detail = `rejected, and the DLQ does not hand it out${doubt}`;
    findings.add({ kind: "dead-letters-missing", ...aboutLetter(letter), detail });
  }
}

function aboutLetter({ eventId, clientId, groupId, messageId, sentAt, at }: OpenLetter) {
  const isNamed = clientId !== NO_CLIENT;
  return {
    eventId: isNamed ? eventId : undefined,
    clientId: isNamed ? clientId : undefined,
    groupId,
    messageId,
    sentAt,
    at,
  };
}
