import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aFifoQueue, NOON, refusal, SECOND } from "./a-model.js";

/** The simplest account of a FIFO queue: what each message's state is, looked through in full at every step. */
interface Known {
  body: string;
  groupId: string;
  handle: string | undefined;
  invisibleUntil: number;
  receives: number;
}

type Step =
  | { do: "send"; groupId: string }
  | { do: "receive"; max: number; seconds: number }
  | { do: "delete" | "release" | "extend"; which: number }
  | { do: "wait"; seconds: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("send" as const), groupId: fc.constantFrom("a", "b", "c") }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("receive" as const),
      max: fc.integer({ min: 1, max: 10 }),
      seconds: fc.constantFrom(0, 5, 30),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom("delete" as const, "release" as const, "extend" as const),
      which: fc.nat(50),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), seconds: fc.constantFrom(1, 5, 29, 30) }) },
);

/** Runs the steps on the model and on the account, and compares them at each one. */
function run(steps: Step[]): void {
  const queue = aFifoQueue({ VisibilityTimeout: "30" });
  let now = NOON;
  let messages: Known[] = [];
  const isVisible = (message: Known) => message.invisibleUntil <= now;
  const group = (groupId: string) => messages.filter((message) => message.groupId === groupId);

  const receive = (max: number, seconds: number) => {
    const frees = ["a", "b", "c"].map((id) => group(id).findIndex((message) => !isVisible(message)));
    const available = ["a", "b", "c"].map((id, index) =>
      frees[index] === -1 ? group(id).length : (frees[index] ?? 0),
    );
    const received = queue.receive(now, max, seconds);
    // As many as fit, and none that stands behind an invisible message of its group.
    expect(received.length).toBe(
      Math.min(
        max,
        available.reduce((sum, count) => sum + count, 0),
      ),
    );
    for (const groupId of ["a", "b", "c"]) {
      const got = received.filter((message) => message.groupId === groupId);
      expect(got.map(({ body }) => body)).toEqual(
        group(groupId)
          .slice(0, got.length)
          .map(({ body }) => body),
      );
    }
    // The messages of one group stand together, and all groups but the last are handed out to the end.
    const runs = received.map(({ groupId }) => groupId).filter((id, index, all) => id !== all[index - 1]);
    expect(new Set(runs).size).toBe(runs.length);
    for (const { body, receiptHandle, receiveCount } of received) {
      const known = messages.find((message) => message.body === body)!;
      known.receives += 1;
      expect(receiveCount).toBe(known.receives);
      known.handle = receiptHandle;
      known.invisibleUntil = now + seconds * SECOND;
    }
  };

  const settle = (kind: "delete" | "release" | "extend", which: number) => {
    const handed = messages.filter((message) => message.handle !== undefined);
    const known = handed[which % Math.max(1, handed.length)];
    if (known?.handle === undefined) return;
    const { handle } = known;
    if (kind === "delete") {
      const answer = refusal(() => queue.delete(handle, now));
      expect(answer === "accepted").toBe(!isVisible(known));
      if (answer === "accepted") messages = messages.filter((message) => message !== known);
      return;
    }
    const seconds = kind === "release" ? 0 : 40;
    const answer = refusal(() => queue.changeVisibility(handle, seconds, now));
    expect(answer === "accepted").toBe(!isVisible(known));
    if (answer === "accepted") known.invisibleUntil = now + seconds * SECOND;
  };

  steps.forEach((action, index) => {
    if (action.do === "wait") now += action.seconds * SECOND;
    else if (action.do === "receive") receive(action.max, action.seconds);
    else if (action.do === "send") {
      queue.send(action.groupId, [String(index)], now);
      messages.push({
        body: String(index),
        groupId: action.groupId,
        handle: undefined,
        invisibleUntil: 0,
        receives: 0,
      });
    } else settle(action.do, action.which);
    const visible = messages.filter(isVisible).length;
    expect(queue.counts(now)).toEqual([visible, messages.length - visible, 0]);
  });
}

// AWS: "FIFO queue delivery logic in Amazon SQS".
describe("a FIFO queue under any schedule", () => {
  it("hands out each group from its head, up to the first invisible message, and as much as there is", () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), run), { numRuns: 500 });
  });

  it("delivers everything in order to a consumer that deletes what it gets", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 100 }),
        fc.integer({ min: 1, max: 10 }),
        (groups, max) => {
          const queue = aFifoQueue();
          groups.forEach((groupId, index) => {
            queue.send(groupId, [String(index)]);
          });
          const seen = new Map<string, number[]>();
          for (let batch = queue.receive(NOON, max); batch.length > 0; batch = queue.receive(NOON, max)) {
            for (const { groupId = "", body, receiptHandle } of batch) {
              seen.set(groupId, [...(seen.get(groupId) ?? []), Number(body)]);
              queue.delete(receiptHandle);
            }
          }
          for (const groupId of ["a", "b", "c"]) {
            const sent = groups.flatMap((id, index) => (id === groupId ? [index] : []));
            expect(seen.get(groupId) ?? []).toEqual(sent);
          }
        },
      ),
    );
  });
});
