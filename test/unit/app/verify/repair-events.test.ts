import { expect, it } from "vitest";
import { verifyProblem } from "../../../../src/app/verify/verify-stack.js";
import type { AcceptedFact, PublishedFact } from "../../../../src/core/facts.js";
import { createManualClock } from "../../../factories/manual-clock.js";
import { bodyOf, startProcessor } from "../../../factories/running-processor.js";
import { createVerifyStack } from "./verify-fixtures.js";

const MINUTE = 60_000;
const yes = async () => undefined;

it("publishes what newer events passed, in order, as a processor would have, and says so the next time", async () => {
  const { stack, store, verify, journal } = createVerifyStack();
  store("a", { id: "lost-1", published: false }, { id: "lost-2", published: false }, "b");
  const asked: number[][] = [];
  const report = await verify({ confirmRepair: async (events, late) => void asked.push([events, late]) });
  expect(asked).toEqual([[2, 2]]);
  expect(stack.delivered("client-1")).toEqual(["lost-1", "lost-2"]);
  expect(stack.published()).toEqual([["lost-1"], ["lost-2"]]);
  expect(report).toMatchObject({ repaired: 2, repairable: 2, findings: [{ repaired: true }, { repaired: true }] });
  expect(verifyProblem(report)).toBeUndefined();
  const [accepted, published] = factsOf(journal.facts, "lost-1");
  expect(published).toMatchObject({ owner: accepted?.owner, topicArn: stack.registry.get("client-1")?.topicArn });
  expect(published?.expiresAt).toBe((accepted?.expiresAt ?? 0) + 7 * 24 * 60 * 60);
  const again = await verify();
  expect(again.findings).toEqual([]);
  expect(again.clients[0]).toMatchObject({ published: 4, repairedBefore: 2 });
});

it("publishes many groups of several clients, and counts each event once", async () => {
  const { stack, store, verify, journal } = createVerifyStack();
  const write = journal.write.bind(journal);
  journal.write = async (facts) => {
    // Long enough for several batches to be recorded at the same time.
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    return write(facts);
  };
  for (let n = 0; n < 60; n++) {
    const clientId = n % 2 === 0 ? "client-1" : "client-2";
    store({ id: `e-${n}`, clientId, group: `g-${n % 8}`, published: false });
  }
  const report = await verify({ confirmRepair: yes });
  expect(report.repaired).toBe(60);
  for (const clientId of ["client-1", "client-2"]) {
    const ids = stack.delivered(clientId).map((id) => Number(id.slice(2)));
    expect(ids).toHaveLength(30);
    for (let group = 0; group < 8; group++) {
      const ofGroup = ids.filter((id) => id % 8 === group);
      expect(ofGroup).toEqual([...ofGroup].sort((one, other) => one - other));
    }
  }
});

it("leaves what may still wait on the ingress queue to the processor, until the queue is empty", async () => {
  const { stack, store, verify } = createVerifyStack();
  store({ id: "waits", published: false });
  stack.send("client-1#k", "{}");
  const waiting = await verify({ confirmRepair: () => Promise.reject(new Error("asked")) });
  expect(waiting).toMatchObject({
    repaired: 0,
    repairable: 0,
    findings: [{ kind: "never-published", repaired: false }],
  });
  const [message] = await stack.connection.ingress.receive({ maxMessages: 1, waitSeconds: 0 });
  await stack.connection.ingress.delete([message?.receiptHandle ?? ""]);
  expect(await verify({ confirmRepair: yes })).toMatchObject({ repaired: 1 });
  expect(stack.delivered("client-1")).toEqual(["waits"]);
});

it("does nothing when the answer is no", async () => {
  const { stack, store, verify, journal } = createVerifyStack();
  store({ id: "lost", published: false }, "b");
  const before = structuredClone(journal.facts);
  await expect(verify({ confirmRepair: () => Promise.reject(new Error("no")) })).rejects.toThrow("no");
  expect([stack.published(), journal.facts]).toEqual([[], before]);
});

it("publishes nothing that its client may not have now, and says why", async () => {
  const { stack, store, verify } = createVerifyStack();
  store({ id: "secret", type: "monitoring", published: false }, { id: "fine", published: false }, "b");
  const report = await verify({ confirmRepair: yes });
  expect(stack.delivered("client-1")).toEqual(["fine"]);
  expect(report).toMatchObject({ repaired: 1, repairable: 2 });
  const secret = report.findings.find(({ eventId }) => eventId === "secret");
  expect(secret?.detail).toContain("not repaired: its client may not have monitoring now (evp client allow)");
  expect(verifyProblem(report)).toMatchObject({ exitCode: 5 });
});

it("a client that is disabled, or whose topic is gone, does not hold up the others", async () => {
  const { stack, store, verify } = createVerifyStack();
  store({ id: "mine", published: false }, "b", { id: "theirs", clientId: "client-2", published: false });
  const client = stack.registry.get("client-1");
  if (client !== undefined) client.active = false;
  const report = await verify({ confirmRepair: yes });
  expect(stack.delivered("client-2")).toEqual(["theirs"]);
  expect(report.repaired).toBe(1);
  expect(report.findings[0]?.detail).toContain("not repaired: client client-1 is disabled");
});

it("waits for a late owner, and does not publish what it has recorded by then", async () => {
  const { clock, stack, store, verify, journal } = createVerifyStack();
  store({ id: "late", published: false }, "b");
  const [accepted] = factsOf(journal.facts, "late");
  const sleep = clock.sleep.bind(clock);
  const start = clock.now();
  clock.sleep = async (ms, signal) => {
    await sleep(ms, signal);
    const isDue = clock.now() - start > 10_000 && factsOf(journal.facts, "late")[1] === undefined;
    if (!isDue || accepted === undefined) return;
    const { eventId, clientId, owner, expiresAt } = accepted;
    const answer = { topicArn: "t", snsMessageId: "s", sequence: "1", at: clock.now() };
    await journal.write([{ fact: "published", eventId, clientId, owner, ...answer, expiresAt: expiresAt + 1 }]);
  };
  const report = await verify({ confirmRepair: yes });
  expect([report.repaired, stack.published()]).toEqual([0, []]);
  expect(report.findings[0]?.detail).toContain("not repaired: it was published meanwhile");
});

it("an interrupted repair publishes nothing, and the next one goes on at once", async () => {
  const { stack, store, verify } = createVerifyStack();
  store({ id: "lost", published: false }, "b");
  const stop = new AbortController();
  const onProgress = (text: string) => void (text.startsWith("Waiting") && stop.abort());
  await expect(verify({ confirmRepair: yes, onProgress, signal: stop.signal })).rejects.toMatchObject({
    exitCode: 130,
  });
  expect(stack.published()).toEqual([]);
  expect(await verify({ confirmRepair: yes })).toMatchObject({ repaired: 1 });
});

it("one repair at a time", async () => {
  const { clock, store, verify, journal } = createVerifyStack();
  store({ id: "lost", published: false }, "b");
  const takeLock = journal.takeLock.bind(journal);
  journal.takeLock = async (lock, now) =>
    lock.name === "repair" ? { name: "repair", holder: "other", until: clock.now() + 20_000 } : takeLock(lock, now);
  await expect(verify({ confirmRepair: yes })).rejects.toMatchObject({ code: "locked" });
});

it("a message of the event that comes back while it is repaired is a duplicate, and is not published twice", async () => {
  const clock = createManualClock();
  const { stack, store, verify, journal, connection } = createVerifyStack(clock);
  const body = bodyOf("lost", { clientId: "client-1" });
  store({ id: "lost", published: false, group: "client-1#k", body }, { id: "b", group: "client-1#k" });
  const [accepted] = factsOf(journal.facts, "lost");
  if (accepted !== undefined) accepted.contentHash = await hashOf(body);
  const repair = verify({ confirmRepair: yes });
  await clock.advance(10_000);
  stack.send("client-1#k", body);
  const processor = startProcessor(stack, clock, { connection: { ...stack.connection, journal: connection.journal } });
  await clock.advance(5 * MINUTE);
  expect((await repair).repaired).toBe(1);
  expect(await processor.summary).toMatchObject({ published: 0, duplicates: 1, rejected: 0 });
  expect(stack.published()).toEqual([["lost"]]);
});

it("an event that its processor still holds is not touched, however the journal looks", async () => {
  const clock = createManualClock();
  const { stack, verify, connection } = createVerifyStack(clock);
  stack.send("client-1#k", bodyOf("held"));
  stack.fault = (operation) => (operation === "publish" ? "before" : undefined);
  const processor = startProcessor(stack, clock, {
    drain: false,
    connection: { ...stack.connection, journal: connection.journal },
  });
  await clock.advance(20 * MINUTE);
  const report = await verify({ confirmRepair: () => Promise.reject(new Error("asked")) });
  expect(report.repairable).toBe(0);
  stack.fault = () => undefined;
  await clock.advance(20 * MINUTE);
  processor.stop.abort();
  await clock.advance(MINUTE);
  expect(await processor.summary).toMatchObject({ published: 1 });
  expect(stack.delivered("client-1")).toEqual(["held"]);
});

function factsOf(
  facts: { eventId: string; fact: string }[],
  id: string,
): [AcceptedFact | undefined, PublishedFact | undefined] {
  const of = (kind: string) => facts.find(({ eventId, fact }) => eventId === id && fact === kind);
  return [of("accepted") as AcceptedFact | undefined, of("published") as PublishedFact | undefined];
}

/** As the processor's examiner hashes it. */
async function hashOf(body: string): Promise<string> {
  const { createEnvelopeExaminer } = await import("../../../doubles/stack-schemas.js");
  const examined = createEnvelopeExaminer()({ body, attributes: {}, receivedAt: 0 });
  return examined.ok ? examined.contentHash : "";
}
