import { describe, expect, it } from "vitest";
import { eventBody } from "../factories/events.js";
import { SMOOTH } from "./faults/fate.js";
import { FAILED, isRecord, LOST, slow } from "./race-faults.js";
import { DAY, HOUR, MINUTE, SECOND } from "./times.js";
import { TOPIC_BYTES, World } from "./world.js";

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
