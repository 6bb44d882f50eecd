import { type Battlefield, openBattlefield } from "./battlefield.js";
import { drawMessages } from "./event-mix.js";
import { createFaultPlan, type Dependency, type Outage } from "./fault-plan.js";
import type { Round } from "./round-result.js";
import { runRound } from "./run-round.js";
import { createRandom, pick } from "./seeded-random.js";
import { nameOf, type PlannedMessage } from "./sent-message.js";
import { CLIENTS_TABLE, clientResource, DEAD_LETTER_QUEUE, EVENTS_TABLE, INGRESS_QUEUE } from "./stack-names.js";

/** So few that a processor which goes on taking messages sends them to the DLQ within the outage. */
const MAX_RECEIVE_COUNT = 3;
/** Enough for three receives of an engine that gives its messages back and takes them again. */
const OUTAGE_MS = 30_000;
/** Producers go on for so long into the outage; what they send last has the rest of it to settle, where it can. */
const SENDING_MS = 20_000;
const DRAINED_WITHIN_MS = 60_000;
const MESSAGES = 240;
const MESSAGES_PER_SEND = 10;
/** The client whose topic is down. */
const UNREACHED_CLIENT = "client-1";

/** What can be down. */
export const OUTAGES = {
  store: { service: "dynamodb", resource: EVENTS_TABLE },
  registry: { service: "dynamodb", resource: CLIENTS_TABLE },
  topic: { service: "sns", resource: clientResource(UNREACHED_CLIENT) },
  topics: { service: "sns" },
  dlq: { service: "sqs", resource: DEAD_LETTER_QUEUE },
  ingress: { service: "sqs", resource: INGRESS_QUEUE },
} satisfies Record<string, Dependency>;

export type OutageName = keyof typeof OUTAGES;

const MANNERS: Outage[] = ["reset-before", "error", "throttle", "hang-before"];

/**
 * A round in which one dependency is down for half a minute under load. No event may reach the DLQ but those that are rejected for what
 * they are, all goes on by itself, and while one topic is down the other clients get their events.
 */
export function createOutageRound(name: OutageName, seed: number): Round {
  const random = createRandom(seed, `outage ${name}`);
  const manner = pick(random, MANNERS);
  const plan = createFaultPlan({ seed, intensity: 0, maxDelayMs: 0 });
  const drawn = drawMessages(random, MESSAGES, `o${seed}`);
  const some = Math.floor(MESSAGES / 3);
  const pauseMs = (SENDING_MS * MESSAGES_PER_SEND) / (MESSAGES - some);
  return {
    name: `outage of ${name}, seed ${seed}`,
    replay: `--rounds 0 --outage ${name} --seed ${seed}`,
    run: (stop) =>
      runRound(
        { plan, field: () => openBattlefield({ plan, maxReceiveCount: MAX_RECEIVE_COUNT, stop }) },
        async (field) => {
          await field.startProcessor();
          await field.untilReceiving();
          await field.send(drawn.slice(0, some), 0);
          const before = { ...field.calls };
          plan.takeDown(OUTAGES[name], manner);
          await Promise.all([field.send(drawn.slice(some), pauseMs), field.wait(OUTAGE_MS)]);
          const heldUp = name === "topic" ? await heldUpOthers(field, drawn) : [];
          const receives = (field.calls.ReceiveMessage ?? 0) - (before.ReceiveMessage ?? 0);
          plan.bringUp(OUTAGES[name]);
          const upAt = performance.now();
          const isDrained = await field.untilDrained(DRAINED_WITHIN_MS);
          const seconds = ((performance.now() - upAt) / 1000).toFixed(1);
          return {
            notes: [
              `${manner} for ${OUTAGE_MS / 1000} s`,
              `${receives} receives meanwhile`,
              `empty ${seconds} s after it`,
            ],
            findings: isDrained
              ? heldUp
              : [...heldUp, `the queue was not empty ${DRAINED_WITHIN_MS} ms after the outage`],
          };
        },
      ),
  };
}

/** What is still without an outcome although nothing in its group is for the client that cannot be reached. */
async function heldUpOthers(field: Battlefield, drawn: readonly PlannedMessage[]): Promise<string[]> {
  const toUnreached = drawn.filter(({ clientId }) => clientId === UNREACHED_CLIENT);
  const waiting = new Set(toUnreached.map(({ groupId }) => groupId));
  const unsettled = await field.unsettled();
  return unsettled
    .filter(({ groupId }) => !waiting.has(groupId))
    .map((message) => `the topic of ${UNREACHED_CLIENT} holds up ${nameOf(message)}`);
}
