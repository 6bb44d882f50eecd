import { EventEmitter } from "node:events";
import type { Consumer } from "@platformatic/kafka";
import { expect, it, onTestFinished } from "vitest";
import { Membership } from "../../../../src/adapters/kafka/membership.js";
import { Patience } from "../../../../src/adapters/kafka/patience.js";
import { systemClock } from "../../../../src/adapters/system-clock.js";

/** The part of the client that a membership uses; a test says what the group does. */
class ConsumerDouble extends EventEmitter {
  groupId = "g";
  topics = { track: () => true };
  assignments: { topic: string; partitions: number[] }[] | null = null;
  joins = 0;
  isActive = () => true;
  close = async () => undefined;

  async joinGroup(): Promise<string> {
    this.joins += 1;
    return "member";
  }

  handOut(partitions: number[]): void {
    this.assignments = [{ topic: "t", partitions }];
    this.emit("consumer:group:join", {});
  }
}

function setUp({ now = (): number => 0 } = {}) {
  const consumer = new ConsumerDouble();
  const lost: number[][] = [];
  const troubles: string[] = [];
  const listener = { onTrouble: (text: string) => void troubles.push(text), onRecovered: () => undefined };
  const clock = { ...systemClock, monotonic: now };
  const membership = new Membership({
    consumer: consumer as unknown as Consumer,
    topic: "t",
    sessionTimeoutMs: 20,
    clock,
    patience: new Patience(clock, listener),
    onLost: (partitions) => lost.push(partitions),
    onChange: () => undefined,
  });
  onTestFinished(() => membership.leave());
  membership.begin();
  return { consumer, membership, lost, troubles };
}

it("loses everything with a rebalance, and takes up what it is given then as something new", () => {
  const { consumer, membership, lost } = setUp();
  expect(membership.current).toBeUndefined();
  consumer.handOut([0, 1]);
  const before = membership.current;
  expect(before).toEqual({ partitions: [0, 1] });
  consumer.emit("consumer:group:rebalance", {});
  expect([membership.current, lost]).toEqual([undefined, [[0, 1]]]);
  consumer.handOut([0, 1]);
  expect(membership.current).toEqual({ partitions: [0, 1] });
  expect(membership.current).not.toBe(before);
});

it("loses what it had when it is given something without a word before", () => {
  const { consumer, lost } = setUp();
  consumer.handOut([0]);
  consumer.handOut([1]);
  expect(lost).toEqual([[0]]);
});

it("counts as lost what the group has given up, and takes it up anew when it is heard of again", async () => {
  let now = 0;
  const { consumer, membership, lost } = setUp({ now: () => now });
  consumer.handOut([0]);
  now = 21;
  await expect.poll(() => lost).toEqual([[0]]);
  expect(membership.current).toBeUndefined();
  consumer.emit("consumer:heartbeat:end");
  expect(membership.current).toEqual({ partitions: [0] });
});

it("joins again when the client has given that up, and when there are more partitions", async () => {
  const { consumer, membership, lost } = setUp();
  await expect.poll(() => consumer.joins).toBe(1);
  consumer.emit("error", new Error("joining failed"));
  await expect.poll(() => consumer.joins).toBe(2);
  consumer.handOut([0]);
  membership.renew();
  expect([membership.current, lost]).toEqual([undefined, [[0]]]);
  await expect.poll(() => consumer.joins).toBe(3);
});

it("tells that the group does not answer, though nothing is read any more, once that has lasted", () => {
  let now = 0;
  const { consumer, troubles } = setUp({ now: () => now });
  const fail = () => consumer.emit("consumer:heartbeat:error", { error: new Error("connection refused") });
  fail();
  now = 1_999;
  fail();
  expect(troubles).toEqual([]);
  now = 2_000;
  fail();
  fail();
  expect(troubles).toEqual(["staying in the group g: connection refused"]);
});
