import { type Item, readInteger, readText } from "../../../src/adapters/aws/attribute-values.js";
import type { Effect } from "../aws/effects.js";
import { readKey } from "../aws/simulated-stack.js";
import type { Call, Step } from "../call.js";
import type { Ledger, Story } from "../oracle/ledger.js";
import { type RegistryHistory, refusalOf } from "../registry-history.js";
import { SECOND } from "../times.js";
import type { VirtualClock } from "../virtual-clock.js";
import type { Observer } from "../wire.js";
import type { Counts } from "./coverage.js";
import type { Race } from "./races.js";

interface RaceOptions {
  counts: Counts;
  ledger: Ledger;
  history: RegistryHistory;
  clock: VirtualClock;
}

const DEAD: Partial<Record<Step | "look", Race>> = {
  receive: "a dead processor's receive comes to pass",
  insert: "a dead processor's insert comes to pass",
  publish: "a dead processor's publish comes to pass",
  "record published": "a dead processor's record comes to pass",
  delete: "a dead processor's delete comes to pass",
};

/** Counts the races; it must watch before the oracle does, since it asks what was known until then. */
export function createRaceCounter({ counts, ledger, history, clock }: RaceOptions): Observer {
  const hit = (race: Race) => {
    counts[race] = (counts[race] ?? 0) + 1;
  };
  const blocked = new Set<string>();
  const noteBlocked = (values: Item = {}) => void blocked.add(readText(values, ":messageId"));
  return {
    begun({ fate, command, step }) {
      const isBatch = command.name === "BatchExecuteStatement" || command.name === "BatchWriteItem";
      const { failure } = fate;
      if (isBatch && failure instanceof Error && failure.name === "ValidationException" && step !== "look")
        hit("a batch is refused for its content");
    },
    happened(call, effects) {
      const race = call.run.isKilled ? DEAD[call.step] : undefined;
      if (race !== undefined && effects.length > 0) hit(race);
      if (call.command.name === "UpdateItem") noteBlocked(call.command.input.ExpressionAttributeValues);
      for (const effect of effects) for (const each of racesOf(effect, call, ledger, history, clock.now())) hit(each);
      for (const effect of effects)
        if (effect.kind === "written" && isRejectionOf(effect.item, blocked))
          hit("rejected after its group had been blocked");
    },
  };
}

function isRejectionOf(item: Item, messageIds: ReadonlySet<string>): boolean {
  const { fact, messageId } = readKey(item);
  return fact === "rejected" && messageIds.has(messageId);
}

function racesOf(effect: Effect, call: Call, ledger: Ledger, history: RegistryHistory, now: number): Race[] {
  switch (effect.kind) {
    case "received":
      return effect.messages.flatMap(({ messageId, receiveCount }) => {
        const story = ledger.stories.get(messageId);
        return story === undefined ? [] : comingAgain(ledger, story, call, receiveCount);
      });
    case "inserted":
      return racesOfInsert(ledger, effect, now);
    case "claimed":
      return effect.isHeld && readKey(effect.item).fact === "accepted" ? [claimRace(ledger, effect, now)] : [];
    case "written":
      return racesOfRecord(effect);
    case "journal read":
      return racesOfReading(ledger, effect, call, now);
    case "published":
      return racesOfPublication(ledger, history, effect, now);
    default:
      return [];
  }
}

/** What is known of a message when a receive brings it. */
function comingAgain(ledger: Ledger, story: Story, call: Call, receiveCount: number): Race[] {
  const { sent, lastReceiver, rejected, letters, appearances } = story;
  if (lastReceiver === undefined) return [];
  const races: Race[] = [];
  if (story.receiveCount === receiveCount) races.push("a receive is repeated");
  if (lastReceiver !== call.run && lastReceiver.goneAt === undefined && !story.isReleased)
    races.push("taken from a processor that still holds it");
  const event = ledger.event(sent.eventKey);
  if (rejected !== undefined)
    races.push(
      letters.length === 0 ? "comes again: rejected, no dead letter" : "comes again: rejected, dead letter sent",
    );
  else if (event.recorded.has(sent.messageId)) races.push("comes again: on its topic and on record");
  else if (appearances.length > 0) races.push("comes again: on its topic, not on record");
  else if (event.accepted?.owner === sent.messageId) races.push("comes again: accepted, not on its topic");
  if (event.formerOwners.has(sent.messageId) && event.accepted?.owner !== sent.messageId)
    races.push("comes again: another message has taken its event over");
  return races;
}

function racesOfInsert(
  ledger: Ledger,
  { item, isDuplicate }: Extract<Effect, { kind: "inserted" }>,
  now: number,
): Race[] {
  const event = ledger.event(readKey(item).eventKey);
  const { accepted } = event;
  if (accepted === undefined) return [];
  const isOver = accepted.lifeEndsAt <= now;
  if (!isDuplicate) return isOver ? ["an expired fact is gone, and its event is new"] : [];
  const owner = ledger.stories.get(accepted.owner)?.sent;
  const isPublished = event.appearances.some(({ lifeEndsAt }) => lifeEndsAt > now);
  return !isOver && !isPublished && owner?.groupId !== readText(item, "groupId")
    ? ["two groups carry one event at once"]
    : [];
}

function claimRace(ledger: Ledger, { item, previous }: Extract<Effect, { kind: "claimed" }>, now: number): Race {
  const owner = readText(previous ?? {}, "owner");
  if (owner === readText(item, "owner")) return "renews its claim";
  if (readInteger(previous ?? {}, "expiresAt") * SECOND <= now) return "takes over an event that has expired";
  return ledger.stories.get(owner)?.rejected === undefined
    ? "takes over from an owner that is late"
    : "takes over from an owner that was rejected";
}

function racesOfRecord({ item }: Extract<Effect, { kind: "written" }>): Race[] {
  const { fact } = readKey(item);
  if (fact === "duplicate") return ["recorded as a duplicate"];
  if (fact !== "rejected") return [];
  if (readText(item, "reason") === "id-conflict") return ["rejected as another content of its id"];
  return readText(item, "detail").startsWith("may already") ? ["forbidden when it may be on its topic"] : [];
}

function racesOfReading(
  ledger: Ledger,
  { items }: Extract<Effect, { kind: "journal read" }>,
  { run }: Call,
  now: number,
): Race[] {
  const accepted = items.find((item) => readKey(item).fact === "accepted");
  if (accepted === undefined) return [];
  if (readInteger(accepted, "expiresAt") * SECOND <= now) return ["an expired fact is there still"];
  if (items.some((item) => readKey(item).fact === "published")) return [];
  const { eventKey } = readKey(accepted);
  const owner = ledger.stories.get(readText(accepted, "owner"));
  const isAnothers = ledger.stories.values().some(({ sent, lastReceiver, outcome }) => {
    const isTheSame = sent.eventKey === eventKey && sent.content === owner?.sent.content && sent !== owner?.sent;
    return isTheSame && lastReceiver === run && outcome === undefined;
  });
  return isAnothers && owner?.rejected === undefined
    ? ["asks while another message is about to publish the event"]
    : [];
}

function racesOfPublication(
  ledger: Ledger,
  history: RegistryHistory,
  { body, isNew }: Extract<Effect, { kind: "published" }>,
  now: number,
): Race[] {
  const sent = ledger.byBody(body)?.sent;
  if (sent === undefined) return [];
  const races: Race[] = isNew ? [] : ["the topic suppresses a second copy"];
  const [state] = history.during(sent.clientId, now, now).slice(-1);
  if (refusalOf(state, sent.type) !== undefined) races.push("forbidden while a publish is on its way");
  const before = ledger.event(sent.eventKey).appearances.at(-1);
  if (isNew && before !== undefined && before.lifeEndsAt > now)
    races.push("a second copy when the topic has forgotten the first");
  return races;
}
