import type { Publication } from "./publications.js";

/** An effective publication: one that the stack acknowledged. Times are ms of a clock that never jumps. */
export interface Published extends Publication {
  /** Which processor called. */
  door: string;
  begunAt: number;
  /** The number that the topic gave it. */
  sequence: string;
  /** When the answer had reached the processor; never, where it did not in time. */
  answeredAt: number;
}

/** Why a processor that published an event again could not know that it was published. */
export type Ignorance = "unanswered" | "unrecorded";

/** What is known beside an event's publications. */
export interface Evidence {
  /** When its published fact was in the store; never, where nobody saw it. */
  recordedAt: number;
  /** When a door began to read the event's facts, in order. */
  readsBy(door: string): readonly number[];
}

export interface Judgement {
  /** Of each publication beyond the first one that is allowed. */
  repeats: Ignorance[];
  findings: string[];
}

/** Judges the effective publications of one event on one topic. */
export function judgePublications(copies: readonly Published[], evidence: Evidence): Judgement {
  const judgement: Judgement = { repeats: [], findings: [] };
  const inOrder = copies.toSorted((one, other) => one.begunAt - other.begunAt);
  for (const [place, copy] of inOrder.entries()) {
    const reasons = inOrder.slice(0, place).map((before) => ignoranceOf(before, copy, evidence));
    const [reason] = reasons;
    if (reasons.includes(undefined)) judgement.findings.push(`published again although it knew: ${nameOf(copy)}`);
    else if (reason !== undefined) judgement.repeats.push(reason);
  }
  const [first] = inOrder;
  if (first !== undefined && inOrder.some(({ sequence }) => sequence !== first.sequence))
    judgement.findings.push(`the topic took it twice: ${first.eventId} on ${first.topic}`);
  return judgement;
}

/** Why the processor that published `copy` could not know of the one before; undefined when it could. */
function ignoranceOf(before: Published, copy: Published, evidence: Evidence): Ignorance | undefined {
  if (before.door === copy.door) return before.answeredAt > copy.begunAt ? "unanswered" : undefined;
  const lastRead = evidence.readsBy(copy.door).findLast((at) => at <= copy.begunAt) ?? copy.begunAt;
  return evidence.recordedAt > lastRead ? "unrecorded" : undefined;
}

function nameOf({ eventId, topic, door }: Published): string {
  return `${eventId} on ${topic} by ${door}`;
}
