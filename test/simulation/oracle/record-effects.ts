import { type Item, readInteger, readText } from "../../../src/adapters/aws/attribute-values.js";
import type { Effect } from "../aws/effects.js";
import { readKey } from "../aws/simulated-stack.js";
import type { Call } from "../call.js";
import type { Run } from "../run.js";
import { SECOND } from "../times.js";
import type { Appearance, Ledger } from "./ledger.js";

/** Writes down what a call did; judging is others'. @returns what has appeared on a topic */
export function recordEffects(ledger: Ledger, call: Call, effects: readonly Effect[], now: number): Appearance[] {
  const appearances: Appearance[] = [];
  for (const effect of effects) {
    switch (effect.kind) {
      case "received":
        for (const { messageId, receiveCount } of effect.messages) {
          const story = ledger.stories.get(messageId);
          if (story === undefined) continue;
          story.lastReceiver = call.run;
          story.isReleased = false;
          story.receiveCount = receiveCount;
        }
        break;
      case "published":
        if (effect.isNew) appearances.push(...recordAppearance(ledger, call, effect, now));
        break;
      case "inserted":
        if (!effect.isDuplicate) recordAccepted(ledger, effect.item, now);
        break;
      case "claimed":
        if (effect.isHeld) recordAccepted(ledger, effect.item, now);
        break;
      case "written":
        recordFact(ledger, call, effect.item, now);
        break;
      case "letter":
        recordLetter(ledger, effect, now);
        break;
      default:
        break;
    }
  }
  return appearances;
}

function recordAppearance(
  ledger: Ledger,
  call: Call,
  { topicArn, sequence, body }: Extract<Effect, { kind: "published" }>,
  now: number,
): Appearance[] {
  const story = ledger.byBody(body);
  if (story === undefined) return [];
  const event = ledger.event(story.sent.eventKey);
  const appearance = {
    at: now,
    topicArn,
    sequence,
    sent: story.sent,
    run: call.run,
    begunAt: call.begunAt,
    lifeEndsAt: event.accepted?.lifeEndsAt ?? 0,
    knownBy: new Set<Run>(),
  };
  story.appearances.push(appearance);
  event.appearances.push(appearance);
  ledger.appearances.push(appearance);
  return [appearance];
}

/** A letter that the DLQ took for a repetition of another message's is swallowed. */
function recordLetter(ledger: Ledger, letter: Extract<Effect, { kind: "letter" }>, now: number): void {
  const { attributes, body, messageId: letterId } = letter;
  const messageId = attributes["evp-message-id"] ?? "";
  const story = ledger.stories.get(messageId);
  if (story === undefined) {
    ledger.accuse(`P1: a dead letter of no message: ${messageId}`);
    return;
  }
  const isOthers = (ledger.letters.get(letterId) ?? messageId) !== messageId;
  ledger.letters.set(letterId, messageId);
  if (isOthers) return;
  story.letters.push(now);
  const { sent, rejected } = story;
  if (body !== sent.body) ledger.accuse(`P1: the dead letter of message ${sent.ordinal} has another body`);
  if (rejected === undefined) ledger.accuse(`P1: message ${sent.ordinal} is on the DLQ and not on record`);
  else if (rejected.reason !== attributes["evp-reason"])
    ledger.accuse(`P1: the dead letter of message ${sent.ordinal} tells another reason than the record`);
}

function recordAccepted(ledger: Ledger, item: Item, now: number): void {
  const { eventKey, fact } = readKey(item);
  if (fact !== "accepted") return;
  const event = ledger.event(eventKey);
  const lifeEndsAt = readInteger(item, "expiresAt") * SECOND;
  const owner = readText(item, "owner");
  if (event.accepted !== undefined && event.accepted.owner !== owner) event.formerOwners.add(event.accepted.owner);
  event.accepted = { at: now, owner, lifeEndsAt };
}

function recordFact(ledger: Ledger, { run }: Call, item: Item, now: number): void {
  const { eventKey, fact, messageId } = readKey(item);
  const story = ledger.stories.get(messageId);
  switch (fact) {
    case "accepted":
      recordAccepted(ledger, item, now);
      return;
    case "published": {
      const { recorded } = ledger.event(eventKey);
      const owner = readText(item, "owner");
      if (!recorded.has(owner)) recorded.set(owner, now);
      return;
    }
    case "duplicate":
      if (story !== undefined) story.isDuplicate = true;
      return;
    case "rejected": {
      if (story === undefined) return;
      const reason = readText(item, "reason");
      const receiveCount = story.receipts.get(run.name)?.receiveCount ?? 0;
      story.rejected ??= { at: now, run, receiveCount, reason, detail: readText(item, "detail") };
      if (story.rejected.reason !== reason)
        ledger.accuse(`P1: message ${story.sent.ordinal} was judged again: ${story.rejected.reason}, then ${reason}`);
    }
  }
}
