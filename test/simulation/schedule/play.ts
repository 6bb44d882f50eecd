import type { Counts } from "../coverage/coverage.js";
import { SMOOTH } from "../faults/fate.js";
import { createFates } from "../faults/fault-plan.js";
import { checkPromptness } from "../oracle/isolation.js";
import { below, pick } from "../random.js";
import type { RunOptions } from "../run.js";
import { FUNCTION_VISIBILITY_SECONDS } from "../start-function.js";
import { DAY, HOUR, MINUTE, SECOND } from "../times.js";
import type { World } from "../world.js";
import { changeClients, disturbRuns } from "./operators.js";
import { drawPlan, drawSpanMs, drawTheme, isDisturbed, type Theme } from "./themes.js";
import { drawTraffic, sendTraffic } from "./traffic.js";

/** With the faults off, everything has its outcome after so long: releases grow to 15 minutes, and a late owner is waited for. */
const LIVENESS_MS = 4 * HOUR;
const TROUBLED = "client-1";

/** Plays the schedule that the world's seed draws to its end: a time of faults, and a time without, until the queue is empty. */
export async function play(world: World, counts: Counts): Promise<void> {
  const { random } = world;
  const theme = drawTheme(random);
  const options = drawRunOptions(world);
  if (theme === "worn") world.wearOut(3 + below(random, 3));
  await trouble(world, theme, options);
  await settle(world, options);
  if (theme === "anything" && random() < 0.1) await again(world, options);
  await stopAll(world);
  counts["moved to the DLQ by the queue"] = (counts["moved to the DLQ by the queue"] ?? 0) + world.oracle.moved().size;
}

function drawRunOptions({ random }: World): RunOptions {
  return {
    attempts: pick(random, [1, 2, 5, 5]),
    visibilitySeconds: pick(random, [20, 60, 60]),
    drain: random() < 0.1,
    concurrency: pick(random, [10, 100, 100]),
  };
}

/** The time in which things go wrong. */
async function trouble(world: World, theme: Theme, options: RunOptions): Promise<void> {
  const { random, clock, stack } = world;
  const spanMs = drawSpanMs(theme, random);
  const until = clock.now() + spanMs;
  const topics = stack.model.topics.list();
  world.note(`a schedule of the theme "${theme}"`);
  world.fateOf = createFates(drawPlan(theme, { random, from: clock.now(), until, topics }), random);
  const traffic = drawTraffic(world, Math.min(pick(random, [1, MINUTE, HOUR]), spanMs / 2));
  const sentBefore = world.sent.length;
  sendTraffic(world, theme === "one topic" ? { ...traffic, groups: undefined } : traffic);
  world.isTroubled = true;
  keepRunning(world, theme, options, until);
  if (theme === "blocked") world.changeClient("client-3", { poisonPolicy: "block", active: random() < 0.5 });
  if (isDisturbed(theme)) {
    changeClients(world, spanMs);
    disturbRuns(world, spanMs);
  }
  // Processors that have nothing left to do get nothing wrong.
  await clock.run(until, () => world.sent.length === sentBefore + traffic.count && world.isEmpty);
  world.isTroubled = false;
  if (!isDisturbed(theme)) checkPromptness(world.oracle.ledger, theme === "calm" ? undefined : TROUBLED, clock.now());
}

/** In every fourth schedule the work is a function's, and sometimes beside it a processor's. */
function kindOf({ seed, runs }: World): "process" | "function" {
  return seed % 4 === 3 && runs.length % 4 !== 3 ? "function" : "process";
}

function functionOptions(options: RunOptions, theme: Theme): RunOptions {
  const isPrompt = !isDisturbed(theme);
  return { ...options, kind: "function", visibilitySeconds: FUNCTION_VISIBILITY_SECONDS, isPrompt };
}

/** Starts processors, and another one for each that is gone, sooner or later. */
function keepRunning(world: World, theme: Theme, options: RunOptions, until: number): void {
  const { random, clock } = world;
  const start = () => {
    const wallShiftMs = pick(random, [0, 0, 0, -20, 20]) * SECOND;
    const kind = kindOf(world);
    // Lambda keeps its clocks.
    world.start(kind === "function" ? functionOptions(options, theme) : { ...options, wallShiftMs });
  };
  world.onGone = (run) => {
    const gapMs = pick(random, run.isKilled ? [0, 0, SECOND, 10 * SECOND, 6 * MINUTE] : [10 * SECOND, 3 * MINUTE]);
    void clock.sleep(gapMs).then(() => {
      if (world.isTroubled && clock.now() < until) start();
    });
  };
  for (let count = pick(random, [1, 1, 2, 3]); count > 0; count--) start();
}

/** Nothing goes wrong any more; where no processor is left, one comes after seconds or days. */
async function settle(world: World, options: RunOptions): Promise<void> {
  const { random } = world;
  world.note("nothing goes wrong any more");
  world.changeClient("client-3", { poisonPolicy: "skip" });
  world.fateOf = () => ({ ...SMOOTH, effectAfterMs: below(random, 20), answerAfterMs: below(random, 20) });
  world.onGone = () => undefined;
  const start = () =>
    world.start(kindOf(world) === "function" ? functionOptions(options, "calm") : { ...options, drain: false });
  if (random() < 0.3) for (const run of world.runs) world.kill(run);
  if (areGone(world)) {
    await world.runFor(pick(random, [0, 10 * SECOND, 6 * MINUTE, 20 * MINUTE, 2 * DAY]));
    start();
  }
  // The last one may be on its way to an end.
  world.onGone = () => void (areGone(world) && start());
  await world.drainWithin(LIVENESS_MS);
}

/** The same ids once more when the journal is about to forget them, or has forgotten them. */
async function again(world: World, options: RunOptions): Promise<void> {
  const { random } = world;
  await stopAll(world);
  world.note("days go by");
  await world.runFor(15 * DAY + pick(random, [-HOUR, HOUR, 20 * HOUR, 60 * HOUR]));
  await trouble(world, "anything", options);
  await settle(world, options);
}

async function stopAll(world: World): Promise<void> {
  world.onGone = () => undefined;
  for (const run of world.runs) void world.stop(run);
  await world.runFor(25 * MINUTE, () => areGone(world));
  if (!areGone(world)) world.accuse("P6: a processor does not stop");
}

function areGone({ runs }: World): boolean {
  return runs.every(({ goneAt }) => goneAt !== undefined);
}
