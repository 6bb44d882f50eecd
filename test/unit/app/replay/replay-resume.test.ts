import { expect, it } from "vitest";
import { replayProblem } from "../../../../src/app/replay/replay-events.js";
import { CallError } from "../../../../src/ports/call.js";
import type { Publication } from "../../../../src/ports/publisher.js";
import { createReplayStack, REPLAY_ID } from "./replay-stack.js";

const MINUTE = 60_000;

/** Events of five groups, three minutes apart. */
function storeMany(store: ReturnType<typeof createReplayStack>["store"], count: number): string[] {
  const start = Date.parse("2026-11-21T03:00:00Z");
  const ids = Array.from({ length: count }, (_, index) => `e-${String(index).padStart(3, "0")}`);
  store(...ids.map((id, index) => ({ id, group: `g-${index % 5}`, sentAt: start + index * 3 * MINUTE })));
  return ids;
}

/** The ids of a group, as they arrived. */
function ofGroup(ids: string[], group: number): string[] {
  return ids.filter((id) => Number(id.slice(2)) % 5 === group);
}

it("an interrupted replay says so, and is gone on with behind what it sent, long after too", async () => {
  const { clock, store, replay, arrived } = createReplayStack();
  const ids = storeMany(store, 100);
  const stop = new AbortController();
  const onProgress = (replayed: number) => void (replayed >= 30 && stop.abort());
  const first = await replay({ onProgress, signal: stop.signal });
  expect(first).toMatchObject({
    interrupted: true,
    replayId: REPLAY_ID,
    resumeFrom: expect.stringMatching(/T0[45]:00:00\.000Z$/),
  });
  expect(first.replayed).toBeLessThan(100);
  expect(replayProblem(first, "evp replay --resume r")).toMatchObject({
    exitCode: 130,
    hint: "Go on with it: evp replay --resume r",
  });
  clock.advance(60 * MINUTE);
  const rest = await replay({ resumes: true, filter: { since: Date.parse(first.resumeFrom ?? "") } });
  expect(rest).toMatchObject({ interrupted: false, replayed: 100 - first.replayed });
  // What lies before is not even read.
  expect(rest.skipped.replayedBefore).toBeGreaterThan(0);
  expect(rest.skipped.replayedBefore).toBeLessThan(first.replayed);
  expect([...arrived()].sort()).toEqual(ids);
  for (let group = 0; group < 5; group++) expect(ofGroup(arrived(), group)).toEqual(ofGroup(ids, group));
});

it("what was sent and not recorded does not come twice when it is gone on with within 5 minutes", async () => {
  const { store, replay, arrived, journal, clock } = createReplayStack();
  const ids = storeMany(store, 20);
  let written = 0;
  const down = new CallError("down", { code: "Down", message: "down", isSenderFault: false }, "refused");
  journal.faultOf = (when) => (when === "before" && ++written === 3 ? down : undefined);
  const first = await replay();
  expect(first.replayed).toBeLessThan(20);
  expect(arrived().length).toBeGreaterThan(first.replayed);
  clock.advance(MINUTE);
  const rest = await replay({ resumes: true });
  expect(first.replayed + rest.replayed).toBe(20);
  expect([...arrived()].sort()).toEqual(ids);
});

it("an event that its topic refuses holds back its group alone, and is tried again", async () => {
  const { stack, store, replay, arrived, ports } = createReplayStack();
  const ids = storeMany(store, 30);
  const { publisher } = stack.connection;
  const refusal = { ok: false as const, fault: { code: "InvalidParameter", message: "no", isSenderFault: true } };
  const refusing = {
    async publish(topicArn: string, publications: Publication[]) {
      const isRefused = ({ attributes }: Publication) => attributes["evp-event-id"] === "e-007";
      const fine = publications.filter((one) => !isRefused(one));
      const answers = fine.length === 0 ? [] : await publisher.publish(topicArn, fine);
      return publications.map((one) => (isRefused(one) ? refusal : (answers.shift() ?? refusal)));
    },
  };
  const first = await replay({}, { ...ports(), publisher: refusing });
  expect(first).toMatchObject({ replayed: 25, failed: 5, interrupted: false });
  expect(first.failures[0]).toEqual({ eventId: "e-007", error: "no" });
  expect(replayProblem(first, "")).toMatchObject({ exitCode: 6, code: "replay-incomplete" });
  expect(ofGroup(arrived(), 2)).toEqual(["e-002"]);
  expect(await replay({ resumes: true })).toMatchObject({ replayed: 5, failed: 0 });
  expect(ofGroup(arrived(), 2)).toEqual(ofGroup(ids, 2));
});

it("a read that fails on the way is made again from where it was", async () => {
  const { store, replay, arrived, journal, ports } = createReplayStack();
  const ids = storeMany(store, 50);
  const down = new CallError("down", { code: "Throttled", message: "slow down", isSenderFault: false }, "throttled");
  let reads = 0;
  const failing = {
    ...journal,
    async *events(period: Parameters<typeof journal.events>[0]) {
      reads += 1;
      let left = reads === 4 ? Number.POSITIVE_INFINITY : 10 * reads;
      for await (const event of journal.events(period)) {
        if (left-- === 0) throw down;
        yield event;
      }
    },
  };
  expect(await replay({ dryRun: true }, { ...ports(), journal: failing })).toMatchObject({ matched: 50 });
  expect(reads).toBe(4);
  await replay({}, { ...ports(), journal: failing });
  expect([...arrived()].sort()).toEqual(ids);
});

it("one replay of a client at a time; another client is free", async () => {
  const { clock, store, replay, journal } = createReplayStack();
  store("a", { id: "b", clientId: "client-2" });
  const renewing = setRenewing(journal, clock);
  const locked = replay();
  await expect(locked).rejects.toMatchObject({
    code: "locked",
    message: "another replay to client-1 of this stack is running",
  });
  expect(await replay({ filter: { clientId: "client-2" } })).toMatchObject({ replayed: 1 });
  renewing.stop();
  expect(await replay()).toMatchObject({ replayed: 1 });
  expect(journal.locks.size).toBe(0);
});

it("the right to replay is kept through long pauses, and nothing is sent once somebody else has it", async () => {
  const { clock, store, replay, journal, arrived } = createReplayStack();
  store("a", "b", "c");
  const sleep = clock.sleep.bind(clock);
  let lapsed = 0;
  clock.sleep = async (ms, signal) => {
    await sleep(ms, signal);
    const lock = journal.locks.get("replay to client-1");
    if (lock !== undefined && lock.until <= clock.now()) lapsed += 1;
  };
  expect(await replay({ ratePerSecond: 0.01 })).toMatchObject({ replayed: 3 });
  expect(lapsed).toBe(0);
  store("d", "e");
  const onProgress = () => {
    journal.locks.set("replay to client-1", {
      name: "replay to client-1",
      holder: "other",
      until: clock.now() + MINUTE * 60,
    });
  };
  const lost = await replay({ replayId: "20261121-100001-abc123", ratePerSecond: 0.01, onProgress });
  expect(lost).toMatchObject({ replayed: 1, stoppedBy: "another replay to client-1 of this stack is running" });
  expect(arrived()).toEqual(["a", "b", "c", "a"]);
});

/** Another run that has the lock and renews it at each look. */
function setRenewing(journal: ReturnType<typeof createReplayStack>["journal"], clock: { now(): number }) {
  const name = "replay to client-1";
  const takeLock = journal.takeLock.bind(journal);
  journal.takeLock = async (lock, now) => {
    if (lock.name !== name) return takeLock(lock, now);
    return { name, holder: "other", until: clock.now() + 20_000 };
  };
  return { stop: () => Object.assign(journal, { takeLock }) };
}
