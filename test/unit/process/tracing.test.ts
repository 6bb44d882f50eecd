import { describe, expect, it } from "vitest";
import type { Publication } from "../../../src/ports/publisher.js";
import type { Receipt, Tracing } from "../../../src/ports/tracing.js";
import type { ModelStack } from "../../factories/model-stack.js";
import { bodyOf, createStack, MINUTE, startProcessor } from "../../factories/running-processor.js";

const TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/** Notes what it is told, by message id; publications get a context of their own. */
function recordTraces() {
  const told = new Map<string, string[]>();
  const receipts: Receipt[] = [];
  const tracing: Tracing = {
    follow(receipt) {
      receipts.push(receipt);
      const steps: string[] = [];
      told.set(receipt.message.messageId, steps);
      return {
        traceId: `trace-of-${receipt.message.messageId}`,
        judging: () => (about) => void steps.push(`judged ${about.envelope.id} ${about.reason ?? "valid"}`),
        storing: (fact) => (fault) => void steps.push(`stored ${fact}${fault === undefined ? "" : ` ${fault.code}`}`),
        publishing({ attributes }) {
          steps.push("publishing");
          return { ...attributes, traceparent: "of-the-publish" };
        },
        published: (result) => void steps.push("code" in result ? `failed ${result.code}` : "published"),
        end: (end) => void steps.push(`end ${end.outcome}${"reason" in end ? ` ${end.reason}` : ""}`),
      };
    },
  };
  return { tracing, receipts, steps: (messageId: string) => told.get(messageId) };
}

/** Attributes with which an event was published. */
function publishedAttributes(stack: ModelStack, eventId: string) {
  const publications = stack.calls.flatMap(({ operation, detail }) =>
    operation === "publish" ? (detail as Publication[]) : [],
  );
  return publications.filter(({ deduplicationId }) => deduplicationId === eventId).map(({ attributes }) => attributes);
}

function sendTraced(stack: ModelStack, now: number, body: string): string {
  const attributes = { traceparent: { dataType: "String", stringValue: TRACEPARENT } };
  const message = { body, groupId: "g", deduplicationId: "d", attributes };
  return stack.model.queues.send("ingress.fifo", message, now).messageId;
}

describe("traces", () => {
  it("follow each message from its receipt to its outcome", async () => {
    const { clock, stack } = createStack();
    const sentAt = clock.now();
    const published = stack.send("a", bodyOf("e-1"));
    const rejected = stack.send("b", bodyOf("e-2", { payload: {} }));
    const malformed = stack.send("c", "{");
    const { tracing, receipts, steps } = recordTraces();
    const { summary } = startProcessor(stack, clock, { trace: tracing });
    await clock.advance(MINUTE);
    await summary;
    expect(steps(published)).toEqual([
      "judged e-1 valid",
      "stored accepted",
      "publishing",
      "published",
      "stored published",
      "end published",
    ]);
    expect(steps(rejected)).toEqual([
      "judged e-2 schema-violation",
      "stored rejected",
      "end rejected schema-violation",
    ]);
    expect(steps(malformed)).toEqual([
      "judged undefined malformed-json",
      "stored rejected",
      "end rejected malformed-json",
    ]);
    const receipt = receipts.find(({ message }) => message.messageId === published);
    expect(receipt).toMatchObject({ queue: "ingress.fifo", message: { sentAt } });
    expect(receipt?.receivedAt).toBe((receipt?.askedAt ?? 0) + 1);
  });

  it("give their context to the client, in the place of the producer's", async () => {
    const { clock, stack } = createStack();
    sendTraced(stack, clock.now(), bodyOf("e-1"));
    const { summary } = startProcessor(stack, clock, { trace: recordTraces().tracing });
    await clock.advance(MINUTE);
    await summary;
    expect(publishedAttributes(stack, "e-1")).toMatchObject([{ traceparent: "of-the-publish", "evp-event-id": "e-1" }]);
  });

  it("that nobody wants leave the producer's context as it is", async () => {
    const { clock, stack } = createStack();
    sendTraced(stack, clock.now(), bodyOf("e-1"));
    const { summary } = startProcessor(stack, clock);
    await clock.advance(MINUTE);
    await summary;
    expect(publishedAttributes(stack, "e-1")).toMatchObject([{ traceparent: TRACEPARENT }]);
  });

  it("show what was tried again", async () => {
    const { clock, stack } = createStack();
    const messageId = stack.send("a", bodyOf("e-1"));
    let publishes = 0;
    stack.fault = (operation) => (operation === "publish" && ++publishes === 1 ? "after" : undefined);
    const { tracing, steps } = recordTraces();
    const { summary } = startProcessor(stack, clock, { trace: tracing });
    await clock.advance(MINUTE);
    await summary;
    expect(steps(messageId)).toEqual([
      "judged e-1 valid",
      "stored accepted",
      "publishing",
      "failed ServiceUnavailable",
      "publishing",
      "published",
      "stored published",
      "end published",
    ]);
  });

  it("end when a message goes back to the queue, and begin anew when it comes again", async () => {
    const { clock, stack } = createStack();
    const messageId = stack.send("a", bodyOf("e-1"));
    const { tracing, receipts, steps } = recordTraces();
    const running = startProcessor(stack, clock, { trace: tracing, drain: false });
    stack.fault = (operation) => (operation === "publish" ? "before" : undefined);
    await clock.advance(5_000);
    running.stop.abort();
    await clock.advance(MINUTE);
    await running.summary;
    expect(steps(messageId)?.at(-1)).toBe("end released");
    stack.fault = () => undefined;
    const again = startProcessor(stack, clock, { trace: tracing });
    await clock.advance(MINUTE);
    await again.summary;
    expect(receipts.map(({ message }) => message.receiveCount)).toEqual([1, 2]);
    expect(steps(messageId)?.at(-1)).toBe("end published");
  });

  it("end as a duplicate where the event was published before", async () => {
    const { clock, stack } = createStack();
    stack.send("a", bodyOf("e-1"), "one");
    const { tracing, steps } = recordTraces();
    const first = startProcessor(stack, clock, { trace: tracing });
    await clock.advance(MINUTE);
    await first.summary;
    const messageId = stack.send("a", bodyOf("e-1"), "two");
    const second = startProcessor(stack, clock, { trace: tracing });
    await clock.advance(MINUTE);
    await second.summary;
    expect(steps(messageId)?.at(-1)).toBe("end duplicate");
  });
});
