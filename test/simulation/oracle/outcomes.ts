import type { SimulatedStack } from "../aws/simulated-stack.js";
import { DEAD_LETTERS } from "../aws/simulated-stack.js";
import type { Ledger, Story } from "./ledger.js";

const DOUBT = "may already have been published";

/** P1 and P5: what a message has ended as, and that it is right. */
export function createOutcomeCheck(ledger: Ledger, stack: SimulatedStack, nativeMoves: { areRight: boolean }) {
  /** Each outcome that is complete: on record, and where it leads to, there. */
  function outcomesOf(story: Story): string[] {
    const { sent, rejected, letters, isDuplicate } = story;
    const { recorded, appearances } = ledger.event(sent.eventKey);
    const isDoubted = rejected?.detail.startsWith(DOUBT) === true && letters.length > 0;
    // A publication may come on record while its message, received again, is rejected as one that may be on its topic. And where a second copy was right, the first one's owner may have been recorded as its duplicate, late.
    const isOverruled = isDuplicate && appearances.some((each) => each.sent !== sent);
    return [
      ...(recorded.has(sent.messageId) && !isOverruled && !isDoubted ? ["published"] : []),
      ...(isDuplicate ? ["duplicate"] : []),
      ...(rejected !== undefined && letters.length > 0 ? ["rejected"] : []),
    ];
  }

  return {
    outcomesOf,
    deleted(story: Story): void {
      const { sent } = story;
      const outcomes = outcomesOf(story);
      if (outcomes.length !== 1) ledger.accuse(`P1: message ${sent.ordinal} was deleted as [${outcomes}]`);
      const [outcome] = outcomes;
      story.outcome ??= outcome;
      const isThere = ledger.event(sent.eventKey).appearances.some((each) => each.sent.content === sent.content);
      if ((outcome === "published" || outcome === "duplicate") && !isThere)
        ledger.accuse(`P1: message ${sent.ordinal} was deleted as ${outcome}, and is on no topic`);
      if (outcome !== undefined && outcome !== "rejected" && sent.flaw !== undefined)
        ledger.accuse(`P1: message ${sent.ordinal} is ${outcome} in spite of ${sent.flaw}`);
    },
    /** Once the queue is empty. */
    end(now: number): void {
      const moved = movedByQueue(stack, now);
      for (const story of ledger.stories.values()) checkEnd(ledger, story, moved, nativeMoves.areRight);
    },
  };
}

function checkEnd(ledger: Ledger, story: Story, moved: ReadonlySet<string>, areMovesRight: boolean): void {
  const { sent, outcome, rejected, letters, appearances } = story;
  const isMoved = moved.has(sent.messageId);
  if (isMoved && !areMovesRight) ledger.accuse(`P5: message ${sent.ordinal} was moved to the DLQ by the queue`);
  if (outcome === undefined && !isMoved) ledger.accuse(`P1: message ${sent.ordinal} has no outcome`);
  if (letters.length > 0 && rejected === undefined)
    ledger.accuse(`P5: message ${sent.ordinal} is on the DLQ without a rejection`);
  if (outcome === "rejected" && appearances.length > 0 && rejected?.detail.startsWith(DOUBT) !== true)
    ledger.accuse(`P1: message ${sent.ordinal} is on its topic, and rejected without a doubt`);
}

/** What the queue itself has moved keeps its message id; what evp sends has one of its own. */
export function movedByQueue(stack: SimulatedStack, now: number): Set<string> {
  const { messages } = stack.model.queues.at(DEAD_LETTERS, now);
  const moved = messages.values().filter(({ deadLetterSourceArn }) => deadLetterSourceArn !== undefined);
  return new Set(moved.map(({ messageId }) => messageId));
}
