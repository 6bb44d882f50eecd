import { describe, expect, it } from "vitest";
import { type IngestOptions, ingest } from "../../../../src/app/ingest/ingest.js";
import type { IngestEvents } from "../../../../src/app/ingest/ingest-events.js";
import { EvpError } from "../../../../src/core/errors.js";
import { CallError } from "../../../../src/ports/call.js";
import type { OutgoingMessage } from "../../../../src/ports/queue.js";
import { createInstantClock } from "../../../doubles/instant-clock.js";
import { createMemoryJournal } from "../../../doubles/memory-journal.js";
import { createMemoryQueues, type MemoryQueue } from "../../../doubles/memory-queues.js";
import { createEnvelopeExaminer } from "../../../doubles/stack-schemas.js";
import { createSourceDouble, eventText, recordOf, type SourceDouble } from "./record-source-double.js";

function setUp() {
  const clock = createInstantClock();
  const queues = createMemoryQueues(clock);
  const ingress = queues("ingress.fifo");
  const deadLetters = queues("dlq.fifo");
  const journal = createMemoryJournal();
  const examine = createEnvelopeExaminer();
  const told: [keyof IngestEvents, object][] = [];
  const check = (body: string) => {
    const examined = examine({ body, attributes: {}, receivedAt: clock.now() });
    return examined.ok ? { ok: true as const, envelope: examined.event } : examined;
  };
  const run = (source: SourceDouble, options: Partial<IngestOptions> = {}) =>
    ingest({ ingress, deadLetters, journal, clock, check }, source, {
      retentionDays: 30,
      maxEventBytes: 256 * 1024,
      tell: (name, payload) => void told.push([name, payload]),
      ...options,
    });
  return { clock, ingress, deadLetters, journal, told, run };
}

const idsOn = (queue: MemoryQueue) => queue.contents.map(({ body }) => JSON.parse(body).id as string);
const sentOf = (queue: MemoryQueue) =>
  queue.calls.flatMap(({ verb, detail }) => (verb === "send" ? (detail as OutgoingMessage[]) : []));
const unreachable = { when: "before", kind: "unreachable" } as const;

describe("ingest", () => {
  it("brings each record onto the ingress queue as evp send does, and keeps the position", async () => {
    const { ingress, run } = setUp();
    const source = createSourceDouble([
      [recordOf(1, eventText("e1")), recordOf(2, eventText("e2", { key: "account-1" }))],
      [recordOf(3, eventText("e3"))],
    ]);
    const report = await run(source);
    expect(report).toMatchObject({ source: "double", read: 3, sent: 3, deadLettered: 0, skipped: 0, stoppedBy: null });
    expect(report.partitions).toEqual([{ partition: "p", position: "3" }]);
    expect(source.committed.get("p")).toBe(3n);
    const groups = Object.fromEntries(ingress.contents.map(({ body, groupId }) => [JSON.parse(body).id, groupId]));
    expect(groups).toEqual({ e1: "client-1#checkout", e2: "client-1#account-1", e3: "client-1#checkout" });
    expect(sentOf(ingress).map(({ deduplicationId = "" }) => deduplicationId.replace(/\..*/, ""))).toEqual(
      expect.arrayContaining(["e1", "e2", "e3"]),
    );
  });

  it("orders an event without a key of its own by its record's", async () => {
    const { ingress, run } = setUp();
    const keyed = { ...recordOf(1, eventText("e1")), key: "k-7" };
    await run(createSourceDouble([[keyed, { ...recordOf(2, eventText("e2", { key: "own" })), key: "k-7" }]]));
    expect(ingress.contents.map(({ groupId }) => groupId)).toEqual(["client-1#k-7", "client-1#own"]);
  });

  it("leaves what is no event to the processor, each record under a deduplication id of its own", async () => {
    const { ingress, deadLetters, run } = setUp();
    const report = await run(createSourceDouble([[recordOf(1, "no JSON"), recordOf(2, "no JSON")]]));
    expect(report).toMatchObject({ sent: 2, deadLettered: 0 });
    expect(ingress.contents.map(({ body }) => body)).toEqual(["no JSON", "no JSON"]);
    expect(ingress.contents.map(({ attributes }) => attributes)).toEqual([
      { "evp-origin-file": "/data/p.ndjson", "evp-origin-line": "1" },
      { "evp-origin-file": "/data/p.ndjson", "evp-origin-line": "2" },
    ]);
    expect(deadLetters.contents).toEqual([]);
  });

  it("skips records with nothing in them, and the position passes them", async () => {
    const { run } = setUp();
    const source = createSourceDouble([[recordOf(1, eventText("e1")), recordOf(2, " "), recordOf(3, Buffer.alloc(0))]]);
    expect(await run(source)).toMatchObject({ read: 3, sent: 1, skipped: 2 });
    expect(source.committed.get("p")).toBe(3n);
  });

  it("puts what no message can carry on the DLQ, on record as rejected, with its origin", async () => {
    const { ingress, deadLetters, journal, told, run } = setUp();
    const latin1 = Buffer.concat([Buffer.from('{"a":"caf'), Buffer.from([0xe9]), Buffer.from('"}')]);
    const long = { ...recordOf(3, Buffer.from("x".repeat(70_000))), cut: { sizeBytes: 9_000_000, sha256: "5a5a" } };
    const source = createSourceDouble([
      [recordOf(1, latin1), recordOf(2, '{"a":"\uFFFF"}'), long, recordOf(4, "y".repeat(1024 * 1024 + 1))],
    ]);
    expect(await run(source)).toMatchObject({ read: 4, sent: 0, deadLettered: 4 });
    expect(ingress.contents).toEqual([]);
    expect(source.committed.get("p")).toBe(4n);
    const [first, second, third, fourth] = deadLetters.contents;
    expect(first?.body).toBe('{"a":"caf\\xe9"}');
    expect(first?.attributes).toMatchObject({
      "evp-reason": "malformed-json",
      "evp-detail": expect.stringMatching(/^p line 1: not UTF-8 \(SHA-256 [0-9a-f]{64}\)$/),
      "evp-origin-file": "/data/p.ndjson",
      "evp-origin-line": "1",
    });
    expect(second?.attributes["evp-detail"]).toContain("characters that SQS does not carry");
    expect(third?.attributes).toMatchObject({
      "evp-reason": "too-large",
      "evp-detail":
        "p line 3: 9000000 bytes; SQS carries 1048576; only its beginning is here, all of it is 9000000 bytes (SHA-256 5a5a)",
    });
    expect(third?.body).toHaveLength(64 * 1024);
    expect(fourth?.attributes["evp-reason"]).toBe("too-large");
    for (const { messageId: _, ...letter } of deadLetters.contents) {
      expect(letter.groupId).toBe(letter.attributes["evp-message-id"]);
      expect(letter.groupId).toMatch(/^[\w-]{1,64}$/);
    }
    expect(journal.facts.map((fact) => fact.fact)).toEqual(["rejected", "rejected", "rejected", "rejected"]);
    expect(told.filter(([name]) => name === "record:dead-lettered")).toHaveLength(4);
  });

  it("leaves a gap where the queue itself refuses a record, and the group goes on behind it", async () => {
    const { ingress, deadLetters, run } = setUp();
    ingress.entryFaultOf = ({ body }) =>
      body.includes('"e1"') ? { code: "InvalidParameterValue", message: "too long", isSenderFault: true } : undefined;
    const source = createSourceDouble([[recordOf(1, eventText("e1")), recordOf(2, eventText("e2"))]]);
    expect(await run(source)).toMatchObject({ sent: 1, deadLettered: 1 });
    expect(idsOn(ingress)).toEqual(["e2"]);
    expect(deadLetters.contents[0]?.attributes).toMatchObject({
      "evp-reason": "delivery-refused",
      "evp-detail": expect.stringContaining("the ingress queue refuses it: too long"),
    });
    expect(source.committed.get("p")).toBe(2n);
  });

  it("waits out an outage of the queue, the journal and the DLQ, however long, and tells it once", async () => {
    const { ingress, deadLetters, journal, told, run } = setUp();
    let failures = 40;
    ingress.faultOf = () => (failures-- > 0 ? unreachable : undefined);
    let writes = 10;
    const down = new CallError("down", { code: "x", message: "down", isSenderFault: false }, "failed");
    journal.faultOf = (when) => (when === "before" && writes-- > 0 ? down : undefined);
    let sends = 10;
    deadLetters.faultOf = () => (sends-- > 0 ? unreachable : undefined);
    const events = Array.from({ length: 30 }, (_, index) => recordOf(index, eventText(`e${index}`)));
    const source = createSourceDouble([events, [recordOf(99, Buffer.from([0xff]))]]);
    expect(await run(source)).toMatchObject({ sent: 30, deadLettered: 1, stoppedBy: null });
    expect(idsOn(ingress)).toEqual(events.map((_, index) => `e${index}`));
    expect(deadLetters.contents).toHaveLength(1);
    const outages = told.map(([name]) => name).filter((name) => name.startsWith("call:"));
    expect(outages.slice(0, 2)).toEqual(["call:failed", "call:recovered"]);
    expect(outages.length).toBeLessThanOrEqual(6);
  });

  it("keeps no position behind a record that is not acknowledged", async () => {
    const { ingress, run } = setUp();
    let failures = 3;
    const transient = { code: "ServiceUnavailable", message: "try again", isSenderFault: false };
    ingress.entryFaultOf = ({ body }) => (body.includes('"e1"') && failures-- > 0 ? transient : undefined);
    const source = createSourceDouble([
      [recordOf(1, eventText("e1", { key: "a" })), recordOf(2, eventText("e2", { key: "b" }))],
    ]);
    const commits: bigint[] = [];
    const { commit } = source;
    source.commit = async (frontiers) => {
      commits.push(...frontiers.map(({ position }) => position));
      await commit(frontiers);
    };
    await run(source);
    expect(idsOn(ingress)).toEqual(["e2", "e1"]);
    expect(commits).toEqual([2n]);
  });

  it("loses nothing in a crash between sending and committing, and repeats only what the queue drops", async () => {
    const { ingress, run } = setUp();
    const records = Array.from({ length: 20 }, (_, index) => recordOf(index, eventText(`e${index}`)));
    const source = createSourceDouble([[...records, recordOf(20, Buffer.from([0xff])), recordOf(21, "no JSON")]]);
    // A process that is killed commits nothing more.
    const { commit } = source;
    source.commit = async () => undefined;
    await run(source);
    const before = sentOf(ingress).map(({ deduplicationId }) => deduplicationId);
    source.commit = commit;
    const again = await run(source);
    expect(again).toMatchObject({ read: 22, sent: 21, deadLettered: 1 });
    const after = sentOf(ingress).map(({ deduplicationId }) => deduplicationId);
    expect(after.slice(before.length)).toEqual(before);
    expect(ingress.contents).toHaveLength(21);
    expect(await run(source)).toMatchObject({ read: 0 });
  });

  it("writes the rejection of a record in the place of the first when it is met again", async () => {
    const { deadLetters, journal, run } = setUp();
    const source = createSourceDouble([[recordOf(1, Buffer.from([0xff]))]]);
    source.commit = async () => undefined;
    await run(source);
    await run(source);
    expect(journal.facts).toHaveLength(1);
    expect(deadLetters.contents).toHaveLength(1);
  });

  it("sends nothing more of a partition that is lost, and commits nothing of it", async () => {
    const { ingress, run } = setUp();
    const records = Array.from({ length: 10 }, (_, index) => recordOf(index, eventText(`e${index}`)));
    const source = createSourceDouble([[...records, recordOf(1, eventText("other", { key: "o" }), "q")]]);
    ingress.faultOf = (_, call) => {
      if (call === 2) source.lose(["p"]);
      return undefined;
    };
    const report = await run(source);
    // Two calls went before, and one was in the air.
    expect(idsOn(ingress).toSorted()).toEqual(["e0", "e1", "other"]);
    expect(report.partitions).toEqual([{ partition: "q", position: "1" }]);
    // It was committed while the partition was still ours; what was in the air when it went is not.
    expect(source.committed.get("p")).toBe(0n);
  });

  it("drops a lost partition's records that wait out an outage", async () => {
    const { ingress, run } = setUp();
    ingress.faultOf = (_, call) => {
      if (call === 3) source.lose(["p"]);
      return call < 8 ? unreachable : undefined;
    };
    const source = createSourceDouble([[recordOf(0, eventText("e0")), recordOf(1, eventText("e1"), "q")]]);
    await run(source);
    expect(idsOn(ingress)).toEqual(["e1"]);
  });

  it("stops at a signal: what is in the air is waited for and kept, the rest is for the next run", async () => {
    const { ingress, run } = setUp();
    const stop = new AbortController();
    const records = Array.from({ length: 10 }, (_, index) => recordOf(index, eventText(`e${index}`)));
    const source = createSourceDouble([records]);
    source.isEndless = true;
    ingress.faultOf = (_, call) => {
      if (call === 2) stop.abort();
      return undefined;
    };
    expect(await run(source, { signal: stop.signal })).toMatchObject({ sent: 3, interrupted: true, stoppedBy: null });
    expect(source.committed.get("p")).toBe(2n);
    source.isEndless = false;
    await run(source);
    expect(idsOn(ingress)).toEqual(records.map((_, index) => `e${index}`));
  });

  it("stops in the middle of an outage, and while its source has nothing", async () => {
    for (const isDown of [true, false]) {
      const { ingress, told, run } = setUp();
      const stop = new AbortController();
      const source = createSourceDouble([[recordOf(1, eventText("e1"))]]);
      source.isEndless = true;
      ingress.faultOf = (_, call) => {
        if (call === 20 || !isDown) setImmediate(() => stop.abort());
        return isDown ? unreachable : undefined;
      };
      const report = await run(source, { signal: stop.signal });
      expect(report).toMatchObject({ interrupted: true, stoppedBy: null, sent: isDown ? 0 : 1 });
      expect(told.some(([name]) => name === "call:failed")).toBe(isDown);
      expect(source.committed.get("p")).toBe(isDown ? undefined : 1n);
    }
  });

  it("takes no more than the limit, and no faster than the rate", async () => {
    const { clock, ingress, run } = setUp();
    const records = Array.from({ length: 50 }, (_, index) => recordOf(index, eventText(`e${index}`)));
    const source = createSourceDouble([records]);
    const report = await run(source, { limit: 21, ratePerSecond: 10 });
    expect(report).toMatchObject({ read: 21, sent: 21 });
    expect(clock.monotonic()).toBeGreaterThanOrEqual(1900);
    expect(await run(source, { limit: 5 })).toMatchObject({ read: 5 });
    expect(idsOn(ingress).at(-1)).toBe("e25");
  });

  it("says why it stopped when the source fails after the first record, and fails as the source did before it", async () => {
    const { run } = setUp();
    const failure = new EvpError("the file cannot be read", { code: "x", category: "usage" });
    const source = createSourceDouble([[recordOf(1, eventText("e1"))]]);
    source.failure = failure;
    expect(await run(source)).toMatchObject({ sent: 1, stoppedBy: "the file cannot be read" });
    expect(source.committed.get("p")).toBe(1n);
    await expect(run(source)).rejects.toBe(failure);
  });

  it("stops when the position cannot be kept", async () => {
    const { run } = setUp();
    const source = createSourceDouble([[recordOf(1, eventText("e1"))]]);
    source.isEndless = true;
    source.commitFailure = new Error("no space left");
    expect(await run(source)).toMatchObject({ sent: 1, stoppedBy: "no space left", interrupted: false });
  });

  it("stops when nobody may send any more, even while its source has nothing", async () => {
    const { ingress, run } = setUp();
    const source = createSourceDouble([[recordOf(1, eventText("e1"))], [recordOf(2, eventText("e2"))]]);
    source.isEndless = true;
    ingress.faultOf = (_, call) => (call === 1 ? { when: "before", kind: "credentials" } : undefined);
    const report = await run(source);
    expect(report).toMatchObject({ sent: 1, stoppedBy: "the service is credentials" });
    expect(source.committed.get("p")).toBe(1n);
  });

  it("fails when the queue cannot be reached at first contact", async () => {
    const { ingress, run } = setUp();
    ingress.depth = async () => {
      throw new CallError("no answer", { code: "x", message: "no answer", isSenderFault: false }, "unreachable");
    };
    await expect(run(createSourceDouble([[recordOf(1, eventText("e1"))]]))).rejects.toThrow("no answer");
  });

  it("waits when a record that is not acknowledged lies far behind the others", async () => {
    const { ingress, run } = setUp();
    const total = 12_000;
    let sentBefore = 0;
    let triesWithoutProgress = 0;
    const transient = { code: "ServiceUnavailable", message: "try again", isSenderFault: false };
    ingress.entryFaultOf = ({ body }) => {
      if (!body.includes('"stuck"')) return undefined;
      // It goes through once nothing else moves any more.
      const sent = sentOf(ingress).length;
      triesWithoutProgress = sent - sentBefore <= 1 ? triesWithoutProgress + 1 : 0;
      sentBefore = sent;
      return triesWithoutProgress < 5 ? transient : undefined;
    };
    const first = recordOf(0, eventText("stuck", { key: "stuck" }));
    const others = Array.from({ length: total }, (_, index) =>
      recordOf(index + 1, eventText(`e${index}`, { key: `k${index % 400}` })),
    );
    expect(await run(createSourceDouble([[first, ...others]]))).toMatchObject({ sent: total + 1 });
    expect(sentBefore).toBeGreaterThanOrEqual(10_000);
    expect(sentBefore).toBeLessThan(11_000);
  }, 30_000);
});
