import { describe, expect, it } from "vitest";
import type { StackStatus } from "../../../../src/app/status.js";
import { watchStatus } from "../../../../src/app/watch-status.js";
import { CallError } from "../../../../src/ports/call.js";
import { createInstantClock } from "../../../doubles/instant-clock.js";

const status: StackStatus = {
  target: "local",
  stack: "evp",
  ingress: { visible: 0, inFlight: 0, delayed: 0 },
  dlq: { visible: 0, inFlight: 0, delayed: 0 },
  clients: [],
  blocked: [],
  processors: [],
  warnings: [],
};
const unreachable = () => {
  throw new CallError("receiving: no answer", { code: "X", message: "no answer", isSenderFault: false }, "unreachable");
};

describe("a status that is watched", () => {
  it("is read again with a pause between, and a failure is told and tried again", async () => {
    const clock = createInstantClock();
    let reads = 0;
    const updates = watchStatus(
      async () => {
        reads += 1;
        return reads === 2 ? unreachable() : status;
      },
      clock,
      2000,
    );
    const told = [];
    for await (const update of updates) {
      told.push(update);
      if (told.length === 3) break;
    }
    expect(told).toEqual([{ status }, { problem: "receiving: no answer" }, { status }]);
    expect(clock.slept).toEqual([2000, 2000]);
  });

  it("fails where it cannot be read at all", async () => {
    const updates = watchStatus(async () => unreachable(), createInstantClock(), 2000);
    await expect(updates.next()).rejects.toMatchObject({ kind: "unreachable" });
  });
});
