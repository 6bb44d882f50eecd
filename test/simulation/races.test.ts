import { describe, expect, it } from "vitest";
import { releaseDelaySeconds } from "../../src/core/backoff.js";
import { createExaminer } from "../../src/core/examine.js";
import { eventBody } from "../factories/events.js";
import { serviceError } from "./aws/errors.js";
import type { Call } from "./call.js";
import { type Fate, SMOOTH } from "./faults/fate.js";
import { createRandom } from "./random.js";
import { DAY, HOUR, MINUTE, SECOND } from "./times.js";
import { TOPIC_BYTES, World } from "./world.js";

/** A call that fails before its effect, or after it. */
const FAILED: Fate = { ...SMOOTH, hasEffect: false, failure: serviceError("ServiceUnavailable", "server") };
const LOST: Fate = { ...SMOOTH, failure: serviceError("InternalServerError", "server") };

function slow(effectAfterMs: number): Fate {
  return { ...SMOOTH, effectAfterMs };
}

type Step = Call["step"];

function isRecord(step: Step): boolean {
  return step.startsWith("record");
}

function isOfJournal(step: Step): boolean {
  return isRecord(step) || step === "insert" || step === "read journal" || step === "claim";
}

function isVisibility(step: Step): boolean {
  return step === "renew" || step === "release";
}

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

describe("permission", () => {
  it("is not refused by a read that was under way when the message came", async () => {
    const world = new World(1);
    world.changeClient("client-3", { active: false });
    world.fateOf = ({ step }) => (step === "read client" ? { ...SMOOTH, answerAfterMs: 4 * SECOND } : SMOOTH);
    world.sendEvent("g1", "a", { clientId: "client-3" });
    world.start();
    await world.runFor(SECOND);
    world.changeClient("client-3", { active: true });
    const later = world.sendEvent("g2", "b", { clientId: "client-3" });
    await world.drainWithin(HOUR);
    expect(world.verdict()).toEqual([]);
    expect(world.oracle.outcomesOf(later)).toEqual(["published"]);
  });

  it("does not live on when the machine's clock is set back", async () => {
    const world = new World(1);
    world.sendEvent("g", "a");
    const run = world.start();
    await world.drainWithin(MINUTE);
    run.wallShiftMs = -HOUR;
    world.changeClient("client-1", { active: false });
    await world.runFor(MINUTE);
    world.sendEvent("g", "b");
    await world.drainWithin(MINUTE);
    expect(world.appearances.map(({ sent }) => sent.eventKey)).toEqual(["client-1/a"]);
  });

  it("that always comes too late holds a message back, and a stop gives it back", async () => {
    const world = new World(1);
    world.fateOf = ({ step }) => (step === "read client" ? slow(6 * SECOND) : SMOOTH);
    world.sendEvent("g", "a");
    const run = world.start({ stopTimeoutMs: 5 * SECOND });
    await world.runFor(30 * SECOND);
    void world.stop(run);
    await world.runFor(MINUTE, () => run.goneAt !== undefined);
    expect(run.goneAt).toBeDefined();
    expect(world.depth).toMatchObject({ visible: 1, "in-flight": 0 });
  });
});

describe("rejection", () => {
  it("of an event that may be on its topic says so, also within one receipt", async () => {
    const world = new World(1);
    world.fateOf = ({ step }) => {
      if (step !== "publish") return SMOOTH;
      world.changeClient("client-3", { active: false });
      // Answered so late that the registry is read again before the next attempt.
      return { ...LOST, answerAfterMs: 6 * SECOND };
    };
    world.sendEvent("g", "a", { clientId: "client-3" });
    world.start();
    await world.drainWithin(HOUR);
    expect(world.verdict()).toEqual([]);
  });

  it("of an event that came from message to message, one of which may have published it, says so", async () => {
    const world = new World(1);
    world.fateOf = ({ step }) => (step === "publish" ? LOST : SMOOTH);
    const owner = world.sendEvent("g1", "a", { clientId: "client-3" });
    const first = world.start({ attempts: 1 });
    await world.runFor(SECOND);
    expect(world.appearances).toHaveLength(1);
    world.kill(first);
    world.fateOf = () => SMOOTH;
    world.changeClient("client-3", { active: false });
    // The owner stays away until another message has taken its event over.
    world.hide(owner, 25 * MINUTE);
    world.sendEvent("g2", "a", { clientId: "client-3" });
    world.start();
    await world.drainWithin(2 * HOUR);
    expect(world.verdict()).toEqual([]);
  });

  it("reaches the DLQ whatever characters the document has", async () => {
    const world = new World(1);
    world.send("g", `${eventBody({ id: "a" }).slice(0, -1)},"\\uffff":1}`, {
      clientId: "client-1",
      eventId: "a",
      flaw: "envelope-invalid",
    });
    world.start();
    await world.drainWithin(HOUR);
    expect(world.verdict()).toEqual([]);
  });

  it.each([1, 2])("comes to a message that its topic refuses, also with %i attempts", async (attempts) => {
    const world = new World(1);
    world.send("g", eventBody({ id: "a", payload: { amount: 1, text: "x".repeat(TOPIC_BYTES) } }), {
      clientId: "client-1",
      eventId: "a",
      flaw: "delivery-refused",
    });
    world.start({ attempts });
    await world.drainWithin(HOUR);
    expect(world.verdict()).toEqual([]);
  });

  it("lets nothing of its group pass before it is on record", async () => {
    const world = new World(1);
    world.fateOf = ({ step }) => (isRecord(step) ? FAILED : SMOOTH);
    world.sendEvent("g", "a", { clientId: "nobody" });
    world.sendEvent("g", "b");
    world.start();
    await world.runFor(10 * MINUTE);
    expect(world.appearances).toEqual([]);
  });

  it.each([
    ["is no topic's name", "evp-client-1.fifo"],
    ["is gone", "arn:aws:sns:us-east-1:000000000000:gone.fifo"],
  ])("does not come to messages because their topic %s", async (_, wrongArn) => {
    const world = new World(1);
    const { topicArn } = world.client("client-1");
    world.changeClient("client-1", { topicArn: wrongArn });
    world.sendEvent("g", "a");
    world.start();
    await world.runFor(MINUTE);
    world.changeClient("client-1", { topicArn });
    await world.drainWithin(HOUR);
    expect(world.verdict()).toEqual([]);
  });
});

it("a message that is on record as a duplicate stays one when the journal forgets the event before it is deleted", async () => {
  const world = new World(1);
  world.sendEvent("g1", "a");
  world.start({ drain: true });
  await world.drainWithin(MINUTE);
  await world.runFor(14 * DAY);
  world.fateOf = ({ step }) => (step === "delete" ? FAILED : SMOOTH);
  world.sendEvent("g2", "a");
  const run = world.start();
  await world.runFor(10 * SECOND);
  world.kill(run);
  world.fateOf = () => SMOOTH;
  await world.runFor(2 * DAY);
  world.start();
  await world.drainWithin(HOUR);
  expect(world.appearances).toHaveLength(1);
  expect(world.verdict()).toEqual([]);
});

it("the first dead letter of a processor is sent only while its lease outlives the call", async () => {
  const world = new World(1);
  world.send("g", "{", { flaw: "malformed-json" });
  const run = world.start();
  let looks = 0;
  world.fateOf = ({ step }) => {
    // The third look is the one that finds the DLQ.
    if (step !== "look" || ++looks < 3) return SMOOTH;
    return { ...SMOOTH, freezeMs: 65 * SECOND, answerAfterMs: 5 };
  };
  await world.runFor(2 * MINUTE);
  void world.stop(run);
  world.fateOf = () => SMOOTH;
  world.start();
  await world.drainWithin(HOUR);
  expect(world.verdict()).toEqual([]);
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
