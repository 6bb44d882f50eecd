import { describe, expect, it } from "vitest";
import type { ProcessEvents } from "../../../../src/app/process/events.js";
import { noteEvent } from "../../../../src/app/processor-reports/note-event.js";
import { pictureOf } from "../../../../src/app/processor-reports/run-picture.js";
import { startRun } from "../../../../src/app/processor-reports/run-state.js";
import { messageFacts } from "./message-facts.js";

const START = Date.UTC(2026, 10, 21, 10);
const JOURNAL = { replayIndex: true, rejectionIndex: true };

function aRun() {
  const state = startRun(START);
  const tell = <Name extends keyof ProcessEvents>(name: Name, payload: ProcessEvents[Name], now = START) =>
    noteEvent(state, name, payload, now);
  return { picture: (now: number) => pictureOf(state, { queue: undefined, journal: JOURNAL }, now), tell };
}

describe("the picture of a run", () => {
  it("estimates the cost from the calls, the outcomes and the bodies that came", () => {
    const { picture, tell } = aRun();
    expect(picture(START + 1000).cost).toBeUndefined();
    for (let index = 0; index < 10; index += 1) tell("event:published", { ...messageFacts(), latencyMs: 5 });
    tell("messages:received", { count: 10, limit: 10, bytes: 5040, oldestSentAt: START });
    const vitals = { held: { messages: 0, bytes: 0 }, groups: 0 };
    const apiCalls = { ReceiveMessage: 1, PublishBatch: 1, BatchExecuteStatement: 1, DeleteMessageBatch: 1 };
    tell("processor:sampled", { ...vitals, apiCalls, worker: 0 });
    const { cost, apiCallsPerEvent } = picture(START + 1000);
    expect(cost).toEqual({ perMillion: expect.closeTo(2.29, 2), pricesOf: "November 2026" });
    expect(apiCallsPerEvent).toBe(0.4);
  });

  it("names the busiest first, what has waited longest first, and what was blocked last first", () => {
    const { picture, tell } = aRun();
    for (const clientId of ["quiet", "busy", "busy"])
      tell("event:published", { ...messageFacts({ clientId }), latencyMs: 1 });
    const blocked = { reason: "schema-violation", detail: "no" } as const;
    for (const groupId of ["b-1", "b-2"]) tell("group:blocked", { ...messageFacts({ groupId }), ...blocked });
    for (const [index, groupId] of ["s-1", "s-2"].entries())
      tell(
        "group:released",
        { ...messageFacts({ groupId }), messages: 1, delaySeconds: 1, why: "no" },
        START + index * 1000,
      );
    const { clients, blocked: shown, stalled } = picture(START + 5000);
    expect(clients.map(([name]) => name)).toEqual(["busy", "quiet"]);
    expect(shown.map(({ groupId }) => groupId)).toEqual(["b-2", "b-1"]);
    expect(stalled.map(({ groupId, forMs }) => [groupId, forMs])).toEqual([
      ["s-1", 5000],
      ["s-2", 4000],
    ]);
  });

  it("is rid of a problem that is over", () => {
    const { picture, tell } = aRun();
    const fault = { code: "Timeout", message: "no answer", isSenderFault: false };
    tell("call:failed", { operation: "publish", fault, attempt: 1 });
    expect(picture(START + 9000).problem).toMatchObject({ text: "publish: no answer" });
    expect(picture(START + 10_000).problem).toBeUndefined();
  });
});
