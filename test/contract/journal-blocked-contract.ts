import { describe, expect } from "vitest";
import type { BlockedGroup } from "../../src/core/blocked-group.js";
import type { Journal } from "../../src/ports/journal.js";
import { NOON } from "./journal-facts.js";
import { OWN_RULE, rulesOn } from "./rule.js";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

function blockedGroup(changes: Partial<BlockedGroup> = {}): BlockedGroup {
  return {
    groupId: "client-1#account-42",
    clientId: "client-1",
    messageId: "m-1",
    eventId: "e-1",
    type: "transaction",
    reason: "schema-violation",
    detail: "/payload/amount must be number ☕",
    since: NOON,
    lastTriedAt: NOON,
    ...changes,
  };
}

/** How a store remembers which groups are blocked. `open` gives one that knows of none. */
export function journalBlockedContract(open: () => Promise<Journal>): void {
  const rule = rulesOn(open);

  describe("blocked groups", () => {
    rule("gives back what was noted", "UpdateItem", async (journal) => {
      const nameless = blockedGroup({ groupId: "g", eventId: undefined, type: undefined });
      await journal.noteBlockedGroup(blockedGroup());
      await journal.noteBlockedGroup(nameless);
      expect(await journal.blockedGroups(NOON)).toEqual([blockedGroup(), nameless]);
    });

    rule("keeps since when, as long as the same message blocks", "Update expressions", async (journal) => {
      await journal.noteBlockedGroup(blockedGroup());
      const again = blockedGroup({ reason: "type-forbidden", detail: "no", since: NOON + 5, lastTriedAt: NOON + 5 });
      await journal.noteBlockedGroup(again);
      expect(await journal.blockedGroups(NOON)).toEqual([{ ...again, since: NOON }]);
    });

    rule("begins anew when another message of the group blocks", "PutItem", async (journal) => {
      await journal.noteBlockedGroup(blockedGroup());
      const next = blockedGroup({ messageId: "m-2", eventId: undefined, since: NOON + 5, lastTriedAt: NOON + 5 });
      await journal.noteBlockedGroup(next);
      expect(await journal.blockedGroups(NOON)).toEqual([next]);
    });

    rule("forgets what nobody has tried for a day", "Using time to live (TTL) in DynamoDB", async (journal) => {
      await journal.noteBlockedGroup(blockedGroup({ lastTriedAt: NOON - DAY }));
      await journal.noteBlockedGroup(blockedGroup({ groupId: "g", lastTriedAt: NOON - DAY + MINUTE }));
      expect((await journal.blockedGroups(NOON)).map(({ groupId }) => groupId)).toEqual(["g"]);
    });

    rule("reads more than one page of them", "Paginating table query results", async (journal) => {
      const detail = "x".repeat(4096);
      const ids = Array.from({ length: 300 }, (_, index) => `g-${String(index).padStart(3, "0")}`);
      for (const groupId of ids) await journal.noteBlockedGroup(blockedGroup({ groupId, detail }));
      expect((await journal.blockedGroups(NOON)).map(({ groupId }) => groupId)).toEqual(ids);
    });

    rule("takes no group for a fact, whatever it is called", OWN_RULE, async (journal) => {
      for (const groupId of ["client-1#accepted", "client-1#rejected#m-1"])
        await journal.noteBlockedGroup(blockedGroup({ groupId }));
      for await (const entry of journal.rejections({ since: NOON - DAY, until: NOON + DAY }))
        expect.fail(`took ${entry.rejected.messageId} for a dead letter`);
      expect(await journal.readEvent("e-1")).toEqual([]);
    });
  });
}
