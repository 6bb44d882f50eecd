import { type Battlefield, openBattlefield } from "./battlefield.js";
import { drawMessages } from "./event-mix.js";
import { createFaultPlan } from "./fault-plan.js";
import type { Round } from "./round-result.js";
import { runRound } from "./run-round.js";
import { between, createRandom, pick, type Random } from "./seeded-random.js";

/** What no message of a round comes near, unless the engine is broken. */
const MAX_RECEIVE_COUNT = 100;
/** For how long things fail. */
const CHAOS_MS = 5_000;
/** Added to a call at most; well below a call's timeout. */
const MAX_DELAY_MS = 400;
/** With the faults off, the queue empties within this: groups that were given back wait for up to 16 s, and some for a lease more. */
const DRAINED_WITHIN_MS = 60_000;
const MESSAGES_PER_SEND = 10;

type Victim = "processor" | "stack";

/** When something is killed, ms after the round began, and what. */
interface Kill {
  atMs: number;
  victim: Victim;
  /** Which of the processors. */
  place: number;
}

/** What a seed makes of a round. */
interface RoundPlan {
  processors: number;
  kills: Kill[];
  /** How much fails by chance; some rounds kill and do nothing else. */
  intensity: number;
  messages: number;
}

function drawRound(seed: number): RoundPlan {
  const random = createRandom(seed, "round");
  return {
    processors: random() < 0.3 ? 2 : 1,
    kills: drawKills(random).sort((one, other) => one.atMs - other.atMs),
    intensity: random() < 0.25 ? 0 : 0.3,
    messages: between(random, 200, 400),
  };
}

function drawKills(random: Random): Kill[] {
  return Array.from({ length: between(random, 1, 4) }, () => ({
    atMs: between(random, 500, CHAOS_MS),
    victim: pick<Victim>(random, ["processor", "processor", "stack"]),
    place: between(random, 0, 1),
  }));
}

/**
 * A round: producers send, calls fail by chance, processors and the stack are killed and started again at once; then all is calm,
 * the queue must empty, and an auditor looks at everything.
 */
export function createChaosRound(seed: number): Round {
  const { processors, kills, intensity, messages } = drawRound(seed);
  const plan = createFaultPlan({ seed, intensity, maxDelayMs: MAX_DELAY_MS });
  const drawn = drawMessages(createRandom(seed, "events"), messages, `s${seed}`);
  const half = Math.floor(messages / 2);
  const victims = kills.map(({ victim, atMs }) => `${victim} at ${atMs} ms`);
  return {
    name: `chaos, seed ${seed}`,
    replay: `--rounds 1 --outage none --seed ${seed}`,
    run: (stop) =>
      runRound(
        { plan, field: () => openBattlefield({ plan, maxReceiveCount: MAX_RECEIVE_COUNT, stop }) },
        async (field) => {
          await field.send(drawn.slice(0, half), 0);
          for (let count = 0; count < processors; count++) await field.startProcessor();
          const pauseMs = (CHAOS_MS * MESSAGES_PER_SEND) / half;
          await Promise.all([field.send(drawn.slice(half), pauseMs), carryOut(field, kills), field.wait(CHAOS_MS)]);
          plan.calm();
          const isDrained = await field.untilDrained(DRAINED_WITHIN_MS);
          return {
            notes: [`processors ${processors}`, `killed ${victims.join(", ")}`],
            findings: isDrained ? [] : [`the queue was not empty after ${DRAINED_WITHIN_MS} ms of calm`],
          };
        },
      ),
  };
}

async function carryOut(field: Battlefield, kills: readonly Kill[]): Promise<void> {
  const startedAt = performance.now();
  for (const { atMs, victim, place } of kills) {
    await field.wait(Math.max(0, startedAt + atMs - performance.now()));
    await (victim === "stack" ? field.restartStack() : field.restartProcessor(place));
  }
}
