import { eventBody } from "../factories/events.js";
import type { Operation } from "../factories/model-stack.js";
import { HOUR, MINUTE, SECOND, SMOOTH, World } from "./world.js";

const FAULTY: Operation[] = [
  "ingress.receive",
  "ingress.delete",
  "ingress.changeVisibility",
  "dlq.send",
  "publish",
  "journal.insertAccepted",
  "journal.write",
  "journal.read",
  "journal.takeOver",
  "clients.get",
];

/** What goes wrong in a schedule: by operation, how often; and outages from when to when. */
function drawFaults(world: World, untilMs: number): void {
  const { random, clock } = world;
  const from = clock.now();
  const pick = <Item>(items: Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const chances = new Map(FAULTY.map((operation) => [operation, pick([0, 0, 0, 0.02, 0.1, 0.4])]));
  const entryChance = pick([0, 0, 0.1, 0.3]);
  const slowness = pick([0, 0, 0.02, 0.2]);
  const outages = Array.from({ length: Math.floor(random() * 4) }, () => {
    const begin = from + random() * (untilMs - from);
    const end = Math.min(untilMs, begin + pick([5 * SECOND, MINUTE, 10 * MINUTE, 40 * MINUTE]));
    return { operation: pick(FAULTY), begin, end, isSilent: random() < 0.3 };
  });
  world.fate = (operation) => {
    const now = clock.now();
    if (now >= untilMs) return SMOOTH;
    const outage = outages.find((each) => each.operation === operation && each.begin <= now && now < each.end);
    const isFaulty = outage !== undefined || random() < (chances.get(operation) ?? 0);
    const isLost = isFaulty && (outage === undefined ? random() < 0.5 : outage.isSilent);
    const isSlow = random() < slowness;
    const effectAfterMs = isSlow ? Math.floor(random() * 9_900) : Math.floor(random() * 20);
    const answerAfterMs = isSlow ? Math.floor(random() * (9_900 - effectAfterMs)) : Math.floor(random() * 20);
    return {
      effectAfterMs,
      answerAfterMs,
      hasEffect: !isFaulty || isLost,
      hasAnswer: !isFaulty,
      entryFaults: entryChance,
    };
  };
}

/** What is sent, and when, and what is done to the processors meanwhile. */
function drawSchedule(world: World, untilMs: number): void {
  const { random, clock } = world;
  const from = clock.now();
  const at = (spanMs: number, act: () => void) => void clock.sleep(Math.floor(random() * spanMs)).then(act);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const groups = Array.from({ length: 1 + Math.floor(random() * 5) }, (_, index) => `g${index}`);
  const ids = Array.from({ length: 3 + Math.floor(random() * 15) }, (_, index) => `e${index}`);
  const span = Math.min(pick([1, MINUTE, HOUR]), (untilMs - from) / 2);
  const count = 3 + Math.floor(random() * 30);
  for (let index = 0; index < count; index++) {
    const clientId = pick(["client-1", "client-1", "client-2", "client-3"]);
    const chance = random();
    const group = pick(groups);
    at(span, () => {
      if (chance < 0.05) world.send(group, "{", { reason: "malformed-json" });
      else if (chance < 0.1)
        world.send(group, eventBody({ id: "bad", clientId, payload: {} }), {
          clientId,
          eventId: `bad${index}`,
          reason: "schema-violation",
        });
      else if (chance < 0.15)
        world.send(group, eventBody({ id: `u${index}`, clientId: "nobody", payload: { amount: 1 } }), {
          clientId: "nobody",
          reason: "client-unknown",
        });
      else world.sendEvent(group, pick(ids), { clientId, amount: random() < 0.85 ? 1 : 2 });
    });
  }
  const client = world.stack.registry.get("client-3");
  for (let index = 0; index < Math.floor(random() * 6); index++) {
    const active = random() < 0.5;
    at(untilMs - from, () => {
      if (client !== undefined) client.active = active;
    });
  }
  const changes = { attempts: pick([1, 2, 5, 5]), visibilitySeconds: pick([20, 60, 60]), drain: random() < 0.2 };
  const many = pick([1, 1, 2, 3]);
  for (let index = 0; index < many; index++) world.start(changes);
  const living = () => world.runs.filter(({ goneAt }) => goneAt === undefined);
  for (let index = 0; index < Math.floor(random() * 5); index++) {
    const what = pick(["kill", "freeze", "stop", "force"]);
    const frozenMs = pick([5 * SECOND, 50 * SECOND, 7 * MINUTE]);
    at(untilMs - from, () => {
      const [run] = living();
      if (run === undefined) return;
      if (what === "freeze") run.frozenUntil = clock.now() + frozenMs;
      else {
        if (what === "kill") world.kill(run);
        else {
          run.stop.abort();
          if (what === "force") run.force.abort();
        }
        world.start(changes);
      }
    });
  }
}

/** Plays one schedule to its end. @returns what is wrong; nothing, when every promise held */
export async function runSeed(seed: number): Promise<string[]> {
  const world = new World(seed);
  const faultyMs = [0, 30 * SECOND, 5 * MINUTE, 45 * MINUTE][Math.floor(world.random() * 4)] as number;
  const untilMs = world.clock.now() + faultyMs + SECOND;
  drawFaults(world, untilMs);
  drawSchedule(world, untilMs);
  await world.clock.run(untilMs);
  const client = world.stack.registry.get("client-3");
  if (client !== undefined) client.active = true;
  if (world.runs.every(({ goneAt }) => goneAt !== undefined)) world.start();
  await world.drainWithin(4 * HOUR);
  for (const run of world.runs) run.stop.abort();
  await world.runFor(10 * MINUTE, () => world.runs.every(({ goneAt }) => goneAt !== undefined));
  if (world.runs.some(({ goneAt }) => goneAt === undefined)) world.broken.push("a processor does not stop");
  return world.verdict();
}
