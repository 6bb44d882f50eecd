import { describe, expect, it } from "vitest";
import { releaseDelaySeconds } from "../../src/core/backoff.js";
import { createExaminer } from "../../src/core/examine.js";
import { SMOOTH } from "./faults/fate.js";
import { FAILED, isOfJournal, isRecord, isVisibility, LOST, slow } from "./race-faults.js";
import { createRandom } from "./random.js";
import { DAY, HOUR, MINUTE, SECOND } from "./times.js";
import { World } from "./world.js";

describe("the same event twice", () => {
  it("is published once when its owner comes back just as another message takes it over", async () => {
    const world = new World(1);
    world.fateOf = ({ step }) => (step === "publish" ? FAILED : SMOOTH);
    world.sendEvent("g1", "a");
    const first = world.start();
    await world.runFor(SECOND);
    world.kill(first);
    await world.runFor(20 * MINUTE);
    // The owner is received by one processor, whose publish takes its time; the duplicate by another.
    const second = world.start();
    world.fateOf = ({ step, run }) => (step === "publish" && run === second ? slow(5 * SECOND) : SMOOTH);
    await world.runFor(SECOND);
    world.fateOf = ({ step, run }) => (step === "receive" && run === second ? FAILED : SMOOTH);
    world.sendEvent("g2", "a");
    world.start();
    await world.drainWithin(HOUR);
    expect(world.verdict()).toEqual([]);
  });

  it("is published once, by one processor that finds both after having been away", async () => {
    const world = new World(1);
    world.fateOf = ({ step }) => (step === "publish" ? FAILED : SMOOTH);
    world.sendEvent("g1", "a");
    world.sendEvent("g2", "a");
    const first = world.start();
    await world.runFor(SECOND);
    world.kill(first);
    await world.runFor(20 * MINUTE);
    world.fateOf = () => SMOOTH;
    world.start();
    await world.drainWithin(HOUR);
    expect(world.verdict()).toEqual([]);
  });

  it("is published once when two processors run and the store fails between publishing and recording", async () => {
    const world = new World(1);
    world.fateOf = ({ step }) => (isRecord(step) ? FAILED : SMOOTH);
    world.sendEvent("g", "a");
    const first = world.start();
    await world.runFor(2 * SECOND);
    expect(world.appearances).toHaveLength(1);
    // From now on only the other one receives; the first one lives on.
    world.fateOf = ({ step, run }) => {
      const isDown = isOfJournal(step) && world.clock.now() < from + 7 * MINUTE;
      return isDown || (step === "receive" && run === first) ? FAILED : SMOOTH;
    };
    const from = world.clock.now();
    world.start();
    await world.drainWithin(2 * HOUR);
    expect(world.verdict()).toEqual([]);
  });

  it("is published once when the store comes back after a long time, a little later for the one who published it", async () => {
    const world = new World(1);
    world.fateOf = ({ step }) => (isRecord(step) ? FAILED : SMOOTH);
    world.sendEvent("g1", "a");
    const first = world.start();
    await world.runFor(2 * SECOND);
    const backAt = world.clock.now() + 16 * MINUTE;
    world.fateOf = ({ step, run }) => {
      if (run === first && step === "receive") return FAILED;
      const isDown = world.clock.now() < backAt + (run === first ? 4 * SECOND : 0);
      return isDown && isOfJournal(step) ? FAILED : SMOOTH;
    };
    await world.runFor(16 * MINUTE);
    world.sendEvent("g2", "a");
    world.start();
    await world.drainWithin(HOUR);
    expect(world.verdict()).toEqual([]);
  });

  it("is a new event once the journal has forgotten it, and not finished by what is left of the old one", async () => {
    const world = new World(1);
    world.sendEvent("g", "a");
    world.start({ drain: true });
    await world.drainWithin(MINUTE);
    // Beyond the life of the accepted fact, and within that of the published one.
    await world.runFor(18 * DAY);
    const renewed = world.sendEvent("g", "a", { amount: 2 });
    world.fateOf = ({ step }) => (step === "publish" ? FAILED : SMOOTH);
    world.start();
    await world.runFor(20 * SECOND);
    world.fateOf = () => SMOOTH;
    await world.drainWithin(HOUR);
    expect(world.appearances.map(({ sent }) => sent.ordinal)).toEqual([0, renewed.ordinal]);
  });
});

describe("a take-over", () => {
  it("is one message's alone", async () => {
    const world = new World(1);
    world.fateOf = ({ step }) => (step === "publish" ? FAILED : SMOOTH);
    const owner = world.sendEvent("g1", "a");
    await world.runFor(1);
    const first = world.start();
    await world.runFor(SECOND);
    world.sendEvent("g2", "a");
    world.sendEvent("g3", "a");
    await world.runFor(5 * SECOND);
    world.kill(first);
    await world.runFor(20 * MINUTE);
    // The owner is gone for good; the others come back together.
    world.lose(owner);
    world.fateOf = () => SMOOTH;
    world.start();
    await world.drainWithin(HOUR);
    expect(world.verdict()).toEqual([]);
  });
});

describe("leases", () => {
  it("that ran out while the processor stood still let it do nothing more", async () => {
    const world = new World(1);
    world.fateOf = ({ step }) => (step === "publish" ? FAILED : SMOOTH);
    for (const id of ["a", "b", "c"]) world.sendEvent("g", id);
    const first = world.start({ attempts: 1000 });
    await world.runFor(10 * SECOND);
    world.freeze(first, 7 * MINUTE);
    world.fateOf = () => SMOOTH;
    world.start();
    await world.drainWithin(HOUR);
    await world.runFor(20 * MINUTE);
    expect(world.verdict()).toEqual([]);
  });

  it("are long enough for a call that takes its time, or the call is not made", async () => {
    const world = new World(1);
    world.fateOf = ({ step }) => {
      if (isVisibility(step)) return FAILED;
      return step === "publish" ? { ...FAILED, answerAfterMs: 7 * SECOND } : SMOOTH;
    };
    world.sendEvent("g", "a");
    world.start({ attempts: 1000 });
    await world.runFor(5 * MINUTE);
    world.fateOf = () => SMOOTH;
    await world.drainWithin(HOUR);
    expect(world.verdict()).toEqual([]);
  });
});

describe("a stop", () => {
  it("gives back what a receive brings that was under way", async () => {
    const world = new World(1);
    world.fateOf = ({ step }) => (step === "receive" ? { ...SMOOTH, answerAfterMs: 3 * SECOND } : SMOOTH);
    world.sendEvent("g", "a");
    const run = world.start();
    await world.runFor(SECOND);
    void world.stop(run);
    await world.runFor(MINUTE, () => run.goneAt !== undefined);
    expect(world.depth).toMatchObject({ visible: 1, "in-flight": 0 });
  });

  it("ends only once what is held is recorded and deleted", async () => {
    const world = new World(1);
    world.fateOf = ({ step }) => (isRecord(step) ? slow(4 * SECOND) : SMOOTH);
    world.sendEvent("g", "a");
    const run = world.start();
    await world.runFor(SECOND);
    expect(world.appearances).toHaveLength(1);
    void world.stop(run);
    await world.runFor(MINUTE, () => run.goneAt !== undefined);
    expect(world.isEmpty).toBe(true);
  });

  it("is forced by a second signal, whatever time the first one has left", async () => {
    const world = new World(1);
    world.fateOf = ({ step }) => (step === "publish" ? FAILED : SMOOTH);
    world.sendEvent("g", "a");
    const run = world.start({ attempts: 1000, stopTimeoutMs: HOUR });
    await world.runFor(5 * SECOND);
    void world.stop(run);
    await world.runFor(10 * SECOND);
    void world.stop(run, { isForced: true });
    await world.runFor(3 * SECOND, () => run.goneAt !== undefined);
    expect(run.goneAt).toBeDefined();
  });

  it("leaves no group locked although a call fails once", async () => {
    const world = new World(1);
    let failures = 1;
    world.fateOf = ({ step }) => {
      if (step === "publish") return FAILED;
      return isVisibility(step) && failures-- > 0 ? FAILED : SMOOTH;
    };
    world.sendEvent("g", "a");
    const run = world.start({ attempts: 1000, stopTimeoutMs: SECOND });
    await world.runFor(5 * SECOND);
    void world.stop(run);
    await world.runFor(MINUTE, () => run.goneAt !== undefined);
    expect(world.depth).toMatchObject({ visible: 1, "in-flight": 0 });
  });
});

it("a receive whose answer was lost is repeated, and brings the same messages at once", async () => {
  const world = new World(1);
  let losses = 1;
  world.fateOf = ({ step }) => (step === "receive" && losses-- > 0 ? LOST : SMOOTH);
  world.sendEvent("g", "a");
  world.start();
  await world.drainWithin(10 * SECOND);
  expect(world.verdict()).toEqual([]);
});

it("an outage of 14 days does not use up the 1000 receives after which the queue moves a message", () => {
  const random = createRandom(1);
  let seconds = 0;
  for (let receiveCount = 1; receiveCount < 1000; receiveCount++) seconds += releaseDelaySeconds(receiveCount, random);
  expect(seconds / (24 * 60 * 60)).toBeGreaterThan(14);
});

it("a number that no double holds is never taken for another event's id", () => {
  const examineNumbered = createExaminer({
    mapping: { id: "/id", type: { value: "t" }, clientId: "/id", source: { value: "s" }, timestamp: "/at" },
    maxEventBytes: 1024,
  });
  const read = examineNumbered({
    body: '{"id":9007199254740993,"at":"2026-11-21T10:00:00Z"}',
    attributes: {},
    receivedAt: 0,
  });
  expect(read.ok ? read.event.id : "refused").not.toBe("9007199254740992");
});
