import { describe, expect, it } from "vitest";
import { createBatcher } from "../../../src/app/process/batcher.js";
import { CallError, type EntryResult } from "../../../src/ports/call.js";
import { createManualClock } from "../../factories/manual-clock.js";

interface Entry {
  key: string;
  bytes?: number;
}

const FAULT = { code: "Busy", message: "later", isSenderFault: false };

function createHarness(
  answer: (entries: Entry[]) => EntryResult[] | Error = (entries) => entries.map(() => ({ ok: true })),
  crowd: () => number = () => Infinity,
) {
  const clock = createManualClock();
  const calls: string[][] = [];
  const { submit } = createBatcher<Entry, object>({
    clock,
    lingerMs: 5,
    mayGrow: (waiting) => waiting < crowd(),
    maxEntries: 3,
    maxBytes: 100,
    bytesOf: ({ bytes = 1 }) => bytes,
    keyOf: ({ key }) => key,
    refuse: ({ key }) => (key === "refused" ? FAULT : undefined),
    async send(entries) {
      calls.push(entries.map(({ key }) => key));
      const answered = answer(entries);
      if (answered instanceof Error) throw answered;
      return answered;
    },
  });
  return { clock, calls, submit };
}

describe("gathering entries into calls", () => {
  it("waits a moment for others to join, and not longer", async () => {
    const { clock, calls, submit } = createHarness();
    const results = [submit({ key: "a" }), submit({ key: "b" })];
    await clock.advance(3);
    expect(calls).toEqual([]);
    await clock.advance(5);
    expect(calls).toEqual([["a", "b"]]);
    expect(await Promise.all(results)).toEqual([{ ok: true }, { ok: true }]);
  });

  it("goes at once when nothing else could join the call", async () => {
    const { calls, clock, submit } = createHarness(undefined, () => 2);
    void submit({ key: "a" });
    await clock.settle();
    expect(calls).toEqual([]);
    void submit({ key: "b" });
    await clock.settle();
    expect(calls).toEqual([["a", "b"]]);
  });

  it("lets an entry that comes later wait its own time", async () => {
    const { calls, clock, submit } = createHarness();
    void submit({ key: "a" });
    await clock.advance(3);
    for (const key of ["b", "c", "d"]) void submit({ key });
    await clock.advance(2);
    expect(calls).toEqual([["a", "b", "c"]]);
    await clock.advance(3);
    expect(calls).toEqual([["a", "b", "c"], ["d"]]);
  });

  it("goes at once when the call is full", async () => {
    const { clock, calls, submit } = createHarness();
    for (const key of ["a", "b", "c", "d"]) void submit({ key });
    await clock.settle();
    expect(calls).toEqual([["a", "b", "c"]]);
    await clock.advance(5);
    expect(calls).toEqual([["a", "b", "c"], ["d"]]);
  });

  it("keeps entries of one key out of each other's calls, in order", async () => {
    const { clock, calls, submit } = createHarness();
    for (const key of ["a", "a", "b"]) void submit({ key });
    await clock.advance(10);
    expect(calls).toEqual([["a", "b"], ["a"]]);
  });

  it("keeps to the bytes a call may have, and sends what is too large alone", async () => {
    const { clock, calls, submit } = createHarness();
    void submit({ key: "a", bytes: 60 });
    void submit({ key: "b", bytes: 60 });
    void submit({ key: "c", bytes: 500 });
    await clock.advance(10);
    expect(calls).toEqual([["a"], ["b"], ["c"]]);
  });

  it("leaves out what is refused just before the call", async () => {
    const { clock, calls, submit } = createHarness();
    const refused = submit({ key: "refused" });
    const sent = submit({ key: "a" });
    await clock.advance(5);
    expect(calls).toEqual([["a"]]);
    expect(await refused).toEqual({ ok: false, fault: FAULT });
    expect(await sent).toEqual({ ok: true });
  });
});

describe("answers", () => {
  it("reach the very entry they are about", async () => {
    const { clock, submit } = createHarness(([first]) => [
      first?.key === "a" ? { ok: false, fault: FAULT } : { ok: true },
      { ok: true },
    ]);
    const results = [submit({ key: "a" }), submit({ key: "b" })];
    await clock.advance(5);
    expect(await Promise.all(results)).toEqual([{ ok: false, fault: FAULT }, { ok: true }]);
  });

  it("that do not mention an entry mean that it failed", async () => {
    const { clock, submit } = createHarness(() => [{ ok: true }]);
    const results = [submit({ key: "a" }), submit({ key: "b" })];
    await clock.advance(5);
    expect((await Promise.all(results))[1]).toMatchObject({ ok: false, fault: { code: "NoAnswer" } });
  });

  it("of a failed call are the fault of each entry", async () => {
    const { clock, submit } = createHarness(() => new CallError("no", FAULT, "throttled"));
    const results = [submit({ key: "a" }), submit({ key: "b" })];
    await clock.advance(5);
    expect(await Promise.all(results)).toEqual([
      { ok: false, fault: FAULT },
      { ok: false, fault: FAULT },
    ]);
  });

  it("never hide a defect", async () => {
    const { clock, submit } = createHarness(() => new TypeError("a defect"));
    const result = submit({ key: "a" });
    const failure = expect(result).rejects.toThrow("a defect");
    await clock.advance(5);
    await failure;
  });
});
