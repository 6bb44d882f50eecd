import { chunksOf } from "../../core/chunks.js";
import { EvpError } from "../../core/errors.js";
import type { Examine } from "../../core/examine.js";
import type { AcceptedFact } from "../../core/facts.js";
import { compareSequences } from "../../core/redrive.js";
import { judgeUnpublished, repairOwner } from "../../core/verify-findings.js";
import type { ClientRegistry } from "../../ports/client-registry.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal } from "../../ports/journal.js";
import type { Publisher } from "../../ports/publisher.js";
import type { Queue } from "../../ports/queue.js";
import { controlCall } from "../control-calls.js";
import { type Exclusive, withLock } from "../dlq/exclusive.js";
import { retryCall } from "../retry-call.js";
import type { LostEvent } from "./check-events.js";
import { publishLost } from "./publish-lost.js";

export interface RepairPorts {
  journal: Pick<Journal, "read" | "takeOver" | "write" | "takeLock" | "giveLock">;
  ingress: Pick<Queue, "depth">;
  clients: Pick<ClientRegistry, "get">;
  publisher: Publisher;
  /** Judges nothing, and tells the triage attributes of an event. */
  triage: Examine;
  clock: Clock;
  /** A name for this run that no other has. */
  holder: string;
}

interface RepairOptions {
  /** Told what it waits for, and how far it is. */
  onProgress: (text: string) => void;
  signal: AbortSignal | undefined;
}

/** A lost event that this repair has made its own. */
export interface ClaimedEvent {
  lost: LostEvent;
  accepted: AcceptedFact;
}

/**
 * An owner that was merely late may have published just before it lost its claim, and record it any moment: a call takes 10 s, and
 * whoever takes over leaves it so long.
 */
const LATE_OWNER_MS = 30_000;
const LONGEST_SLEEP_MS = 5_000;
/** Claimed together, so that the wait for late owners is one; published well within the time that a claim lasts. */
const CHUNK_LENGTH = 500;
const AT_ONCE = 10;

/**
 * Which of the lost events can be published without breaking the order of what still waits: those that newer events of their groups
 * have passed, and all of them once the ingress queue is empty. A message that waits is the processor's to publish.
 */
export async function repairableEvents(
  { ingress, clock }: Pick<RepairPorts, "ingress" | "clock">,
  lost: LostEvent[],
): Promise<LostEvent[]> {
  const passed = lost.filter(({ wasPassed }) => wasPassed);
  if (passed.length === lost.length || !(await isEmpty({ ingress, clock }))) return passed;
  return lost;
}

/**
 * Publishes lost events on their clients' topics, each group in the order of the queue. Each is first claimed as another message of
 * the same event would claim it, so that no processor publishes it too, and its late owner is waited for; findings learn what became of theirs.
 * @returns how many were published
 * @throws EvpError (failed, retryable) while another repair of this stack is running
 */
export function repairEvents(ports: RepairPorts, lost: LostEvent[], options: RepairOptions): Promise<number> {
  return withLock(ports, "repair", ports.holder, options.signal, async (exclusive) => {
    let repaired = 0;
    for (const chunk of chunksOf([...lost].sort(byQueueOrder), CHUNK_LENGTH)) {
      if (options.signal?.aborted === true) break;
      repaired += await repairChunk(ports, chunk, options, exclusive);
    }
    return repaired;
  });
}

async function repairChunk(
  ports: RepairPorts,
  chunk: LostEvent[],
  { onProgress, signal }: RepairOptions,
  { keep }: Exclusive,
): Promise<number> {
  const claimed: ClaimedEvent[] = [];
  for (const events of chunksOf(chunk, AT_ONCE)) {
    await keep();
    const claims = await Promise.all(events.map((event) => claim(ports, event)));
    claimed.push(...claims.filter((one) => one !== undefined));
  }
  if (claimed.length === 0) return 0;
  onProgress(`Waiting ${LATE_OWNER_MS / 1000} s for processors that may be about to publish the same`);
  await pause(ports.clock, signal, keep);
  const free: ClaimedEvent[] = [];
  for (const events of chunksOf(await stillRepairable(ports, claimed), AT_ONCE)) {
    await keep();
    const ours = await Promise.all(events.map((event) => isStillOurs(ports, event)));
    free.push(...events.filter((_, index) => ours[index]));
  }
  return publishLost(ports, free, { keep, signal, onProgress });
}

/** @returns undefined when it is not lost after all, or when somebody else was faster */
async function claim(ports: RepairPorts, lost: LostEvent): Promise<ClaimedEvent | undefined> {
  const { journal, clock, holder } = ports;
  const facts = await retryCall(clock, undefined, () => journal.read(lost));
  const known = facts.find((fact): fact is AcceptedFact => fact.fact === "accepted");
  const judged = known && judgeUnpublished(known, facts, clock.now());
  if (judged?.accepted === undefined) return leave(lost, "somebody has dealt with it meanwhile");
  const previous = judged.accepted;
  const accepted = { ...previous, owner: repairOwner(holder), claimedAt: clock.now() };
  const isOurs = await retryCall(clock, undefined, () => journal.takeOver(accepted, previous));
  return isOurs ? { lost, accepted } : leave(lost, "a message of it was faster; look again later");
}

/** Tells in its finding why an event is left as it is. */
export function leave({ finding }: LostEvent, why: string): undefined {
  finding.detail += `; not repaired: ${why}`;
}

/** A message that waits must not be passed: the queue may have got one back meanwhile. */
async function stillRepairable(ports: RepairPorts, claimed: ClaimedEvent[]): Promise<ClaimedEvent[]> {
  const repairable = new Set(
    await repairableEvents(
      ports,
      claimed.map(({ lost }) => lost),
    ),
  );
  for (const { lost } of claimed) if (!repairable.has(lost)) leave(lost, "the ingress queue holds messages again");
  return claimed.filter(({ lost }) => repairable.has(lost));
}

/** A late owner may have recorded its publication, and a message may have taken the event over. */
async function isStillOurs({ journal, clock }: RepairPorts, { lost, accepted }: ClaimedEvent): Promise<boolean> {
  const facts = await retryCall(clock, undefined, () => journal.read(lost));
  const isOurs = facts.some((fact) => fact.fact === "accepted" && fact.owner === accepted.owner);
  const isLost = judgeUnpublished(accepted, facts, clock.now()).state === "overdue";
  if (!isOurs || !isLost) leave(lost, "it was published meanwhile");
  return isOurs && isLost;
}

async function pause(clock: Clock, signal: AbortSignal | undefined, keep: Exclusive["keep"]): Promise<void> {
  const end = clock.monotonic() + LATE_OWNER_MS;
  while (clock.monotonic() < end) {
    if (signal?.aborted === true) throw interrupted();
    await clock.sleep(Math.min(LONGEST_SLEEP_MS, end - clock.monotonic()), signal);
    await keep();
  }
}

function interrupted(): EvpError {
  return new EvpError("interrupted; nothing was published", {
    code: "interrupted",
    category: "interrupted",
    hint: "Run the command again: what was claimed is claimed again.",
    retryable: true,
  });
}

async function isEmpty({ ingress, clock }: Pick<RepairPorts, "ingress" | "clock">): Promise<boolean> {
  const { visible, inFlight, delayed } = await controlCall(clock, () => ingress.depth());
  return visible + inFlight + delayed === 0;
}

function byQueueOrder(one: LostEvent, other: LostEvent): number {
  if (one.sequence === "" || other.sequence === "") return one.sentAt - other.sentAt;
  return compareSequences(one.sequence, other.sequence);
}
