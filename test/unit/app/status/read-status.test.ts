import { describe, expect, it } from "vitest";
import { readStatus } from "../../../../src/app/status.js";
import type { BlockedGroup } from "../../../../src/core/blocked-group.js";
import { NO_CLIENT } from "../../../../src/core/facts.js";
import type { ProcessorReport } from "../../../../src/core/processor-report.js";
import { CallError } from "../../../../src/ports/call.js";
import { duplicateFact, publishedFact, rejectedFact } from "../../../contract/journal-facts.js";
import { createInstantClock } from "../../../doubles/instant-clock.js";
import { clientRecord, createMemoryClients } from "../../../doubles/memory-clients.js";
import { createMemoryJournal, type MemoryJournal } from "../../../doubles/memory-journal.js";
import { processorReport } from "./processor-report.js";

const depth = (visible: number) => ({ visible, inFlight: 0, delayed: 0 });
const failing = (kind: "not-found" | "throttled" | "unreachable") => async () => {
  throw new CallError(kind, { code: kind, message: kind, isSenderFault: false }, kind);
};
const stack = { target: "local", stack: "evp" };
const journal = createMemoryJournal();

describe("the status of a stack", () => {
  it("tells how full each queue is, client by client", async () => {
    const clients = createMemoryClients();
    await clients.put(clientRecord("acme", [], false));
    const depths: Record<string, number> = { "evp-acme.fifo": 7, "evp-client-1.fifo": 1 };
    const queue = (name: string) => ({ depth: async () => depth(depths[name] ?? 0) });
    const ports = {
      ingress: queue("x"),
      deadLetters: { depth: async () => depth(3) },
      clients,
      journal: createMemoryJournal(),
      queue,
      clock: createInstantClock(),
    };
    const askedAt = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
    expect(await readStatus(ports, stack)).toEqual({
      target: "local",
      stack: "evp",
      ingress: depth(0),
      dlq: depth(3),
      clients: [
        { clientId: "acme", active: false, queue: depth(7), askedAt },
        { clientId: "client-1", active: true, queue: depth(1), askedAt },
        { clientId: "client-2", active: true, queue: depth(0), askedAt },
        { clientId: "client-3", active: true, queue: depth(0), askedAt },
      ],
      blocked: [],
      processors: [],
      warnings: [],
    });
  });

  it("shows a client whose queue is gone", async () => {
    const ok = { depth: async () => depth(0) };
    const queue = (name: string) => (name === "evp-client-2.fifo" ? { depth: failing("not-found") } : ok);
    const status = await readStatus(
      { ingress: ok, deadLetters: ok, clients: createMemoryClients(), journal, queue, clock: createInstantClock() },
      stack,
    );
    expect(status.clients.map((client) => client.queue)).toEqual([depth(0), null, depth(0)]);
  });

  it("is told although the target is throttled for a moment", async () => {
    let throttled = 3;
    const depthLater = async () => {
      throttled -= 1;
      return throttled < 0 ? depth(1) : failing("throttled")();
    };
    const queue = () => ({ depth: depthLater });
    const ports = { ingress: queue(), deadLetters: queue(), clients: createMemoryClients(), journal, queue };
    const status = await readStatus({ ...ports, clock: createInstantClock() }, stack);
    expect(status).toMatchObject({ ingress: depth(1), dlq: depth(1) });
  });

  it("fails when the target does not answer", async () => {
    const down = { depth: failing("unreachable") };
    const clock = createInstantClock();
    const parts = { clients: createMemoryClients(), journal, queue: () => down, clock };
    const ports = { ingress: down, deadLetters: down, ...parts };
    await expect(readStatus(ports, stack)).rejects.toMatchObject({ kind: "unreachable" });
  });
});

describe("who processes", () => {
  const NOON = Date.parse("2026-11-21T12:00:00Z");

  async function statusOf(reports: ProcessorReport[], waiting = 0) {
    const said = createMemoryJournal();
    for (const report of reports) await said.noteProcessor(report);
    const queue = { depth: async () => depth(waiting) };
    const clock = { ...createInstantClock(), now: () => NOON + 5_000 };
    const ports = { ingress: queue, deadLetters: queue, clients: createMemoryClients(), queue: () => queue };
    return readStatus({ ...ports, journal: said, clock }, stack);
  }

  it("is told with all that each said, the longest running first", async () => {
    const group = { since: NOON - 30_000, lastTriedAt: NOON - 1000, why: "the topic does not answer", messages: 3 };
    const { processors } = await statusOf([
      processorReport({ processorId: "young", latencyMs: undefined, oldestSentAt: undefined }),
      processorReport({
        processorId: "old",
        startedAt: NOON - 120_000,
        workers: 4,
        down: [{ dependency: "topic evp-client-1.fifo", since: NOON - 30_000, why: "no such topic" }],
        stalled: [{ groupId: "g-1", messageId: "m-1", ...group }],
        stalledGroups: 1,
      }),
    ]);
    expect(processors).toEqual([
      {
        processorId: "old",
        host: "ops-1",
        pid: 4711,
        version: "1.2.3",
        workers: 4,
        since: "2026-11-21T11:58:00.000Z",
        reportedAt: "2026-11-21T12:00:00.000Z",
        received: 3,
        published: 1,
        rejected: 1,
        duplicates: 1,
        eventsPerSecond: 120.5,
        latencyMs: { p50: 12, p99: 48 },
        held: { messages: 7, bytes: 3500 },
        apiCallsPerEvent: 0.41,
        oldestSentAt: "2026-11-21T11:59:58.000Z",
        down: [{ dependency: "topic evp-client-1.fifo", since: "2026-11-21T11:59:30.000Z", why: "no such topic" }],
        stalled: [
          {
            groupId: "g-1",
            messageId: "m-1",
            eventId: null,
            clientId: null,
            since: "2026-11-21T11:59:30.000Z",
            lastTriedAt: "2026-11-21T11:59:59.000Z",
            why: "the topic does not answer",
            messages: 3,
          },
        ],
        stalledGroups: 1,
      },
      expect.objectContaining({ processorId: "young", latencyMs: null, oldestSentAt: null, stalled: [] }),
    ]);
  });

  it("warns when nobody does and messages wait", async () => {
    const codes = async (reports: ProcessorReport[]) => (await statusOf(reports, 3)).warnings.map(({ code }) => code);
    expect(await codes([])).toEqual(["no-processor"]);
    expect(await codes([processorReport()])).toEqual([]);
  });
});

describe("what is blocked", () => {
  const NOON = Date.parse("2026-11-21T12:00:00Z");
  const group = (groupId: string, changes: Partial<BlockedGroup> = {}): BlockedGroup => ({
    groupId,
    clientId: "client-1",
    messageId: `m-${groupId}`,
    eventId: `e-${groupId}`,
    type: "transaction",
    reason: "schema-violation",
    detail: "/payload/amount must be number",
    since: NOON,
    lastTriedAt: NOON + 60_000,
    ...changes,
  });

  async function blockedIn(noted: MemoryJournal) {
    const queue = { depth: async () => depth(0) };
    const ports = { ingress: queue, deadLetters: queue, clients: createMemoryClients(), queue: () => queue };
    const clock = { ...createInstantClock(), now: () => NOON + 120_000 };
    return (await readStatus({ ...ports, journal: noted, clock }, stack)).blocked;
  }

  it("is told with its reason and its times, what has waited longest first", async () => {
    const noted = createMemoryJournal();
    await noted.noteBlockedGroup(group("young", { since: NOON + 1000, eventId: undefined, type: undefined }));
    await noted.noteBlockedGroup(group("old"));
    const told = {
      clientId: "client-1",
      reason: "schema-violation",
      detail: "/payload/amount must be number",
      lastTriedAt: "2026-11-21T12:01:00.000Z",
    };
    expect(await blockedIn(noted)).toEqual([
      {
        ...told,
        groupId: "old",
        messageId: "m-old",
        eventId: "e-old",
        type: "transaction",
        since: "2026-11-21T12:00:00.000Z",
      },
      {
        ...told,
        groupId: "young",
        messageId: "m-young",
        eventId: null,
        type: null,
        since: "2026-11-21T12:00:01.000Z",
      },
    ]);
  });

  it("is not what has got its outcome since", async () => {
    const noted = createMemoryJournal();
    for (const groupId of ["published", "rejected", "duplicate", "nameless", "waiting"])
      await noted.noteBlockedGroup(group(groupId, groupId === "nameless" ? { eventId: undefined } : {}));
    const of = (groupId: string) => ({ eventId: `e-${groupId}`, messageId: `m-${groupId}`, owner: `m-${groupId}` });
    noted.facts = [
      publishedFact(of("published")),
      rejectedFact(of("rejected")),
      duplicateFact(of("duplicate")),
      rejectedFact({ eventId: "m-nameless", clientId: NO_CLIENT, messageId: "m-nameless" }),
      // Another message's outcome is not this one's.
      rejectedFact({ ...of("waiting"), messageId: "m-other" }),
    ];
    expect((await blockedIn(noted)).map(({ groupId }) => groupId)).toEqual(["waiting"]);
  });

  it("is not what nobody has tried for a day", async () => {
    const noted = createMemoryJournal();
    await noted.noteBlockedGroup(group("g", { lastTriedAt: NOON - 24 * 60 * 60_000 }));
    expect(await blockedIn(noted)).toEqual([]);
  });
});
