import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { MessagingModel } from "../../src/local/model/messaging-model.js";
import { ModelError } from "../../src/local/model/model-error.js";
import { StoredModel } from "../../src/local/queues/stored-model.js";

const directory = mkdtempSync(join(tmpdir(), "evp-queues-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const NOON = 1_795_262_400_000;
const QUEUE_ARN = "arn:aws:sqs:us-east-1:000000000000:live.fifo";
const DEAD_ARN = "arn:aws:sqs:us-east-1:000000000000:dead.fifo";
const TOPIC_ARN = "arn:aws:sns:us-east-1:000000000000:t.fifo";

type Step =
  | { do: "send" | "publish"; id: number }
  | { do: "receive"; queue: string; max: number; attempt: string | undefined }
  | { do: "delete" | "release" | "extend"; which: number }
  | { do: "wait"; seconds: number }
  | { do: "delay"; seconds: number }
  | { do: "purge" }
  | { do: "reopen" };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom("send" as const, "publish" as const), id: fc.nat(20) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("receive" as const),
      queue: fc.constantFrom("live.fifo", "live.fifo", "dead.fifo"),
      max: fc.integer({ min: 1, max: 10 }),
      attempt: fc.constantFrom(undefined, "try-1", "try-2"),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom("delete" as const, "release" as const, "extend" as const),
      which: fc.nat(50),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("wait" as const), seconds: fc.constantFrom(1, 30, 150, 400) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delay" as const), seconds: fc.constantFrom(0, 10) }) },
  { weight: 1, arbitrary: fc.constant({ do: "purge" as const }) },
  { weight: 3, arbitrary: fc.constant({ do: "reopen" as const }) },
);

type Call = <Answer>(work: (model: MessagingModel) => Answer) => Answer;

/** What a run of the steps shows to a client: everything but the random ids. */
function story(steps: Step[], call: Call, reopen: () => void): unknown[] {
  let now = NOON;
  const handles: string[] = [];
  const told: unknown[] = [];
  const identity = (id: number) => ({ groupId: "g", deduplicationId: String(id) });
  call((model) => {
    const fifo = { FifoQueue: "true", MessageRetentionPeriod: "600" };
    const Policy = JSON.stringify({ Statement: { Effect: "Allow", Principal: "*", Action: "sqs:SendMessage" } });
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: DEAD_ARN, maxReceiveCount: 3 });
    model.queues.create({ name: "dead.fifo", attributes: fifo, tags: {} }, now);
    model.queues.create({ name: "live.fifo", attributes: { ...fifo, Policy, RedrivePolicy }, tags: {} }, now);
    model.topics.create({ name: "t.fifo", attributes: { FifoTopic: "true" }, tags: {} });
    const attributes = { RawMessageDelivery: "true", FilterPolicy: '{"kind":[{"exists":false}]}' };
    model.topics.subscribe({ topicArn: TOPIC_ARN, protocol: "sqs", endpoint: QUEUE_ARN, attributes });
  });
  const run = (action: Exclude<Step, { do: "wait" | "reopen" }>) =>
    call((model) => {
      const { queues, topics } = model;
      const handle = "which" in action ? (handles[action.which % Math.max(1, handles.length)] ?? "none") : "";
      switch (action.do) {
        case "send":
          return queues.send("live.fifo", { body: `sent ${action.id}`, ...identity(action.id) }, now).sequenceNumber;
        case "publish":
          return topics.publish(TOPIC_ARN, { message: `published ${action.id}`, ...identity(action.id) }, now)
            .sequenceNumber;
        case "receive": {
          const { queue, max: maxMessages, attempt: attemptId } = action;
          const received = queues.receive(queue, { maxMessages, attemptId }, now);
          handles.push(...received.map(({ receiptHandle }) => receiptHandle));
          return received.map(({ messageId, ...message }) => message);
        }
        case "delete":
          return queues.deleteMessage("live.fifo", handle, now);
        case "release":
          return queues.changeVisibility("live.fifo", handle, 0, now);
        case "extend":
          return queues.changeVisibility("live.fifo", handle, 100, now);
        case "delay":
          return queues.setAttributes("live.fifo", { DelaySeconds: String(action.seconds) }, now);
        case "purge":
          return queues.purge("live.fifo", now);
      }
    });
  for (const action of steps) {
    if (action.do === "wait") now += action.seconds * 1000;
    else if (action.do === "reopen") reopen();
    else {
      try {
        told.push(run(action));
      } catch (error) {
        if (!(error instanceof ModelError)) throw error;
        told.push(error.code);
      }
    }
    told.push(call(({ queues }) => ["live.fifo", "dead.fifo"].map((name) => queues.attributes(name, ["All"], now))));
  }
  return told;
}

it("a model that is closed and opened again at any moment tells the same story as one that lives on", () => {
  let runs = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let ids = 0;
      const realm = { account: "000000000000", region: "us-east-1" };
      const living = new MessagingModel({ realm, newId: () => `id-${++ids}` });
      const expected = story(
        steps,
        (work) => work(living),
        () => {},
      );
      runs += 1;
      const file = join(directory, `${runs}.sqlite`);
      let stored = new StoredModel(file);
      try {
        const reopen = () => {
          stored.close();
          stored = new StoredModel(file);
        };
        expect(story(steps, (work) => stored.call(work), reopen)).toEqual(expected);
      } finally {
        stored.close();
      }
    }),
    { numRuns: 100 },
  );
});
