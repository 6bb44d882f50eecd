import { stripVTControlCharacters } from "node:util";
import { Chalk } from "chalk";
import { describe, expect, it } from "vitest";
import type { TailRecord } from "../../../src/app/tail/tail-record.js";
import { renderCleanUpReport } from "../../../src/ui/plain/clean-up-report.js";
import { isWarning, tailNoticeText } from "../../../src/ui/plain/tail-notice.js";
import { tailRecordRenderer } from "../../../src/ui/plain/tail-record.js";

const RECORD: TailRecord = {
  eventId: "0192f0c1-7c1e-7b1a-9d5e-2f6a6d0c9b11",
  clientId: "client-1",
  type: "transaction",
  groupId: "client-1#account-42",
  sequence: "1",
  receivedAt: "2026-11-21T10:00:00.100Z",
  publishedAt: "2026-11-21T10:00:00.340Z",
  replayId: null,
  from: "topic",
  body: "…",
};
const event = {
  timestamp: "2026-11-21T10:00:00.000Z",
  payload: { amount: 120.5, currency: "BRL", to: { city: "x" }, tags: ["a"] },
};

function render(record: Partial<TailRecord> = {}, { width = 80, read = () => event as typeof event | undefined } = {}) {
  const colour = new Chalk({ level: 0 });
  return tailRecordRenderer(read)({ ...RECORD, ...record }, { width, colour });
}

describe("an event on a terminal", () => {
  it("says when it was published, for whom, its type, its age and what it says, then its id and group", () => {
    expect(render({}, { width: 100 })).toBe(
      "10:00:00.340 client-1 transaction 340 ms amount=120.5 currency=BRL to={…} tags=[1]\n" +
        "             0192f0c1-7c1e-7b1a-9d5e-2f6a6d0c9b11 client-1#account-42\n",
    );
  });

  it.each([60, 80])("fits into %i columns, with the id whole", (width) => {
    const lines = render({}, { width }).trimEnd().split("\n");
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
    expect(lines[1]).toContain("0192f0c1-7c1e-7b1a-9d5e-2f6a6d0c9b11");
  });

  it("says that it was replayed", () => {
    expect(render({ replayId: "r-1" }, { width: 200 })).toContain("transaction 340 ms replayed amount=");
  });

  it("shows what is no event as it is, with its age since evp received it", () => {
    const foreign = { eventId: null, clientId: null, type: null, body: "hello\nthere" };
    expect(render(foreign, { read: () => undefined })).toBe(
      "10:00:00.340 - - 240 ms hello there\n             no id client-1#account-42\n",
    );
  });

  it("has no age where clocks disagree", () => {
    expect(render({ publishedAt: "2026-11-21T09:59:59.000Z" })).toContain("transaction - amount=");
  });

  it("lets nothing from outside move the cursor", () => {
    const hostile = {
      timestamp: "2026-11-21T10:00:00Z",
      payload: { note: "\u001b[2J\u0007x", "\u001b[31mname": "\u202ey" },
    };
    const text = tailRecordRenderer(() => hostile)(
      { ...RECORD, eventId: "\u001b[1mid", groupId: "\u001b[Hg", type: "\u0000t", clientId: "\u001b[5mc" },
      { width: 100, colour: new Chalk({ level: 0 }) },
    );
    expect(text).toBe("10:00:00.340 c t 340 ms note=x name=y\n             id g\n");
  });

  it("gives each client a colour of its own that stays, and none to anything else but what is beside the point", () => {
    const coloured = (clientId: string) =>
      tailRecordRenderer(() => event)({ ...RECORD, clientId }, { width: 80, colour: new Chalk({ level: 1 }) });
    expect(coloured("client-1")).toBe(coloured("client-1"));
    const colours = ["client-1", "client-2", "client-3", "client-4"].map((id) => coloured(id).split(id)[0]);
    expect(new Set(colours).size).toBe(4);
    expect(stripVTControlCharacters(coloured("client-1"))).toBe(render());
  });
});

describe("what a tail tells beside its records", () => {
  it.each([
    [{ kind: "watching", clientIds: ["client-1"] }, "Watching client-1; Ctrl-C ends it."],
    [{ kind: "watching", clientIds: ["a", "b", "c"] }, "Watching a, b and c; Ctrl-C ends it."],
    [{ kind: "watching", clientIds: ["a", "b", "c", "d", "e", "f"] }, "Watching 6 clients; Ctrl-C ends it."],
    [{ kind: "caught-up", stored: 1 }, "1 event from the journal; what follows is live."],
    [{ kind: "joined", clientId: "client-9" }, "client-9 was added, and is watched too."],
    [{ kind: "removed", names: ["x.fifo"] }, "Removed 1 temporary subscription of tails that are gone: x.fifo"],
    [
      { kind: "not-swept", error: new Error("listing queues: no") },
      "Could not look for temporary subscriptions of tails that are gone: listing queues: no",
    ],
  ] as const)("%j", (notice, text) => {
    expect(tailNoticeText({ ...notice } as Parameters<typeof tailNoticeText>[0])).toBe(text);
    expect(isWarning({ ...notice } as Parameters<typeof tailNoticeText>[0])).toBe(false);
  });

  it("warns, even with --quiet, when events may be missing", () => {
    const behind = { kind: "behind", behindMs: 50 * 60_000, retentionMs: 3_600_000 } as const;
    expect(tailNoticeText(behind)).toBe(
      "This tail is 50 min behind. What it does not read within 1 h is lost to it, so events may be missing here: read them with --since.",
    );
    expect([behind, { kind: "unsure" } as const].map(isWarning)).toEqual([true, true]);
  });
});

describe("what evp tail --cleanup tells", () => {
  it("names what was removed and what stays", () => {
    const used = {
      name: "b.fifo",
      state: "in-use",
      owner: "process 7 on host",
      aliveAt: "2026-11-21T10:00:00.123Z",
    } as const;
    const unknown = { name: "c.fifo", state: "unknown", owner: null, aliveAt: null } as const;
    expect(renderCleanUpReport({ removed: ["a.fifo"], kept: [used, unknown] })).toBe(
      "Removed 1 temporary subscription:\n" +
        "  a.fifo\n" +
        "Kept 2 temporary subscriptions (--yes removes them too):\n" +
        "  b.fifo: in use by process 7 on host, seen 2026-11-21T10:00:00Z\n" +
        "  c.fifo: nothing tells whether it is in use\n",
    );
    expect(renderCleanUpReport({ removed: [], kept: [] })).toBe("No temporary subscription was removed.\n");
  });
});
