import { describe, expect, it } from "vitest";
import { type GroupsOptions, listGroups } from "../../../../src/app/groups/list-groups.js";
import type { BlockedGroup } from "../../../../src/core/blocked-group.js";
import type { Fact } from "../../../../src/core/facts.js";
import type { ProcessorReport, StalledGroup } from "../../../../src/core/processor-report.js";
import { acceptedFact, NOON, publishedFact, rejectedFact } from "../../../contract/journal-facts.js";
import { createInstantClock } from "../../../doubles/instant-clock.js";
import { createMemoryJournal } from "../../../doubles/memory-journal.js";

const NOW = NOON + 10 * 60_000;
const MINUTE = 60_000;
const topicOf = (clientId: string) => `evp-${clientId}.fifo`;

function blocked(changes: Partial<BlockedGroup> = {}): BlockedGroup {
  return {
    groupId: "client-1#a",
    clientId: "client-1",
    messageId: "m-a",
    eventId: "e-a",
    type: "transaction",
    reason: "schema-violation",
    detail: "/payload/amount must be number",
    since: NOW - 5 * MINUTE,
    lastTriedAt: NOW - 1000,
    ...changes,
  };
}

function stalled(changes: Partial<StalledGroup> = {}): StalledGroup {
  const times = { since: NOW - 2 * MINUTE, lastTriedAt: NOW - 3000 };
  return { groupId: "client-2#b", ...times, why: "publish: Throttled: slow down", messages: 4, ...changes };
}

interface Noted {
  blocked?: BlockedGroup[];
  /** What each processor says. */
  reports?: Partial<Pick<ProcessorReport, "stalled" | "down">>[];
  facts?: Fact[];
}

function list({ blocked: groups = [], reports = [], facts = [] }: Noted, options: Partial<GroupsOptions> = {}) {
  const journal = createMemoryJournal();
  for (const group of groups) journal.blocked.set(group.groupId, group);
  journal.facts = facts;
  const processors = async () => reports.map((report) => ({ stalled: [], down: [], ...report })) as ProcessorReport[];
  const clock = { ...createInstantClock(), now: () => NOW };
  return listGroups(
    { journal: { ...journal, processors }, clock },
    { isStalledOnly: false, isReplayIndexed: true, topicOf, ...options },
  );
}

const ids = ({ groups }: Awaited<ReturnType<typeof list>>) => groups.map(({ groupId }) => groupId);

describe("groups that do not move", () => {
  it("are none where nothing is noted", async () => {
    expect(await list({})).toEqual({ groups: [], processors: 0 });
  });

  it("are told with their head, why, for how long, and what can be done", async () => {
    expect(await list({ blocked: [blocked()], reports: [{ stalled: [stalled()] }] })).toEqual({
      processors: 1,
      groups: [
        {
          groupId: "client-1#a",
          state: "blocked",
          clientId: "client-1",
          messageId: "m-a",
          eventId: "e-a",
          type: "transaction",
          reason: "schema-violation",
          why: "/payload/amount must be number",
          since: "2026-11-21T12:05:00.000Z",
          lastTriedAt: "2026-11-21T12:09:59.000Z",
          waitingMs: 300_000,
          behindAtLeast: 0,
          hints: [
            "mend the schema, and start evp process again",
            "or to the DLQ with it: evp client poison client-1 skip",
          ],
        },
        {
          groupId: "client-2#b",
          state: "stalled",
          clientId: null,
          messageId: null,
          eventId: null,
          type: null,
          reason: null,
          why: "publish: Throttled: slow down",
          since: "2026-11-21T12:08:00.000Z",
          lastTriedAt: "2026-11-21T12:09:57.000Z",
          waitingMs: 120_000,
          behindAtLeast: 3,
          hints: ["it is tried again by itself, at growing intervals of up to 15 minutes"],
        },
      ],
    });
  });

  it("come once, although several processors had them: since the first, why as the last says", async () => {
    const first = stalled({
      since: NOW - 9000,
      lastTriedAt: NOW - 8000,
      why: "old",
      messages: 9,
      clientId: "client-2",
    });
    const last = stalled({ since: NOW - 4000, lastTriedAt: NOW - 1000, why: "new", messages: 2 });
    for (const reports of [
      [first, last],
      [last, first],
    ].map((pair) => pair.map((each) => ({ stalled: [each] })))) {
      expect((await list({ reports })).groups).toMatchObject([
        {
          clientId: "client-2",
          waitingMs: 9000,
          why: "new",
          lastTriedAt: "2026-11-21T12:09:59.000Z",
          behindAtLeast: 8,
        },
      ]);
    }
    const both = await list({ blocked: [blocked()], reports: [{ stalled: [stalled({ groupId: "client-1#a" })] }] });
    expect(both.groups).toMatchObject([{ state: "blocked", behindAtLeast: 3 }]);
  });

  it("stall for what is down, where that is theirs", async () => {
    const outage = (dependency: string) => ({ dependency, since: NOW, why: "no answer" });
    const why = async (...down: string[]) => {
      const report = { stalled: [stalled()], down: down.map(outage) };
      return (await list({ blocked: [blocked()], reports: [report, report] })).groups.map((group) => group.why);
    };
    const why1 = "/payload/amount must be number";
    expect(await why("topic evp-client-2.fifo")).toEqual([why1, "topic evp-client-2.fifo is down: no answer"]);
    expect(await why("topic evp-client-1.fifo")).toEqual([why1, "publish: Throttled: slow down"]);
    expect(await why("topic evp-client-1.fifo", "store")).toEqual([why1, "the store is down: no answer"]);
  });

  it("are blocked no more once their head has its outcome", async () => {
    const facts = [rejectedFact({ eventId: "e-a", messageId: "m-a" })];
    expect(ids(await list({ blocked: [blocked()], facts }))).toEqual([]);
  });

  it("can be asked for by client, also where only the group's name tells whose it is", async () => {
    const noted = { blocked: [blocked()], reports: [{ stalled: [stalled(), stalled({ groupId: "own-name" })] }] };
    expect(ids(await list(noted, { clientId: "client-1" }))).toEqual(["client-1#a"]);
    expect(ids(await list(noted, { clientId: "client-2" }))).toEqual(["client-2#b"]);
    expect(ids(await list(noted))).toEqual(["client-1#a", "client-2#b", "own-name"]);
  });

  it("are stalled in earnest after a minute", async () => {
    const noted = {
      blocked: [blocked({ since: NOW - MINUTE + 1 })],
      reports: [{ stalled: [stalled({ since: NOW - MINUTE })] }],
    };
    expect(ids(await list(noted))).toEqual(["client-2#b", "client-1#a"]);
    expect(ids(await list(noted, { isStalledOnly: true }))).toEqual(["client-2#b"]);
  });
});

describe("what waits in a group", () => {
  const stored = (id: string, sequence: number, groupId: string) =>
    acceptedFact({
      eventId: id,
      owner: `m-${id}`,
      groupId,
      sequence: String(sequence).padStart(20, "0"),
      clientId: groupId.slice(0, "client-1".length),
      sentAt: NOW - 3 * MINUTE,
    });

  it("is what the journal has stored and not published; of a stalled group the first is its head", async () => {
    const facts = [
      stored("later", 3, "client-2#b"),
      stored("published", 1, "client-2#b"),
      publishedFact({ eventId: "published", clientId: "client-2" }),
      stored("rejected", 1, "client-2#b"),
      rejectedFact({ eventId: "rejected", clientId: "client-2", messageId: "m-rejected" }),
      stored("head", 2, "client-2#b"),
      stored("elsewhere", 4, "client-2#c"),
    ];
    const report = { stalled: [stalled({ messages: 1 })] };
    expect((await list({ reports: [report], facts })).groups).toMatchObject([
      {
        state: "stalled",
        clientId: "client-2",
        messageId: "m-head",
        eventId: "head",
        type: "transaction",
        behindAtLeast: 1,
      },
    ]);
    const unindexed = await list({ reports: [report], facts }, { isReplayIndexed: false });
    expect(unindexed.groups).toMatchObject([{ messageId: null, behindAtLeast: 0 }]);
  });

  it("is counted behind the head of a blocked group, which was never stored", async () => {
    const facts = [stored("one", 1, "client-1#a"), stored("two", 2, "client-1#a")];
    expect((await list({ blocked: [blocked()], facts })).groups).toMatchObject([
      { state: "blocked", eventId: "e-a", messageId: "m-a", behindAtLeast: 2 },
    ]);
    const head = stored("a", 0, "client-1#a");
    const withHead = await list({ blocked: [blocked()], facts: [head, ...facts] });
    expect(withHead.groups).toMatchObject([{ eventId: "e-a", behindAtLeast: 2 }]);
  });
});
