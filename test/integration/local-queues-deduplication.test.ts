import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryDeduplicationWindow, rememberedUntil } from "../../src/local/model/deduplication-window.js";
import { FileDeduplicationWindow } from "../../src/local/queues/file-deduplication-window.js";
import { OrdinalSlice } from "../../src/local/queues/ordinal-slice.js";
import { SCHEMA } from "../../src/local/queues/state-schema.js";

const NOON = 1_795_262_400_000;

function anEmptyDatabase(): DatabaseSync {
  const database = new DatabaseSync(":memory:");
  database.exec(SCHEMA);
  return database;
}

describe("the deduplication window on disk", () => {
  it("remembers what the one in memory remembers, also when it is opened again", () => {
    const owner = fc.constantFrom("queue-1", "queue-2");
    const step = fc.oneof(
      fc.record({ owner, key: fc.nat(12), seconds: fc.constantFrom(0, 0, 1, 7, 60, 299, 301) }),
      fc.constant("reopen" as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const database = anEmptyDatabase();
        const memory = new MemoryDeduplicationWindow();
        let file = new FileDeduplicationWindow(database);
        let now = NOON;
        steps.forEach((action, ordinal) => {
          if (action === "reopen") {
            file = new FileDeduplicationWindow(database);
            return;
          }
          now += action.seconds * 1000;
          const key = String(action.key);
          const found = memory.find(action.owner, key, now);
          expect(file.find(action.owner, key, now)?.ordinal).toBe(found?.ordinal);
          if (found !== undefined) return;
          const message = {
            owner: action.owner,
            key,
            messageId: `id-${ordinal}`,
            ordinal,
            expiresAt: rememberedUntil(now),
          };
          memory.remember(message, now);
          file.remember(message, now);
          file.write();
        });
        database.close();
      }),
    );
  });

  it("forgets on the disk what is over", () => {
    const database = anEmptyDatabase();
    const window = new FileDeduplicationWindow(database);
    for (let minute = 0; minute < 60; minute += 1) {
      const now = NOON + minute * 60_000;
      const message = {
        owner: "q",
        key: `k${minute}`,
        messageId: "id",
        ordinal: minute,
        expiresAt: rememberedUntil(now),
      };
      window.remember(message, now);
      window.write();
    }
    const rows = Number(database.prepare("SELECT count(*) AS rows FROM remembered").get()?.rows);
    expect(rows).toBeLessThanOrEqual(7);
    expect(rows).toBeGreaterThanOrEqual(5);
    database.close();
  });
});

describe("a slice of ordinals", () => {
  it("finds every ordinal of a hash, open or closed", () => {
    const entry = fc.record({
      hash: fc.constantFrom(0, 1, 2 ** 31, 2 ** 32 - 2, 2 ** 32 - 1),
      gap: fc.integer({ min: 1, max: 1000 }),
    });
    fc.assert(
      fc.property(fc.nat(2 ** 40), fc.array(entry, { minLength: 1 }), (first, entries) => {
        const slice = new OrdinalSlice(0, first);
        let ordinal = first;
        const added = entries.map(({ hash, gap }) => {
          ordinal += gap;
          slice.add(hash, ordinal);
          return { hash, ordinal };
        });
        const expected = (hash: number) => added.filter((one) => one.hash === hash).map((one) => one.ordinal);
        const hashes = [0, 1, 2, 2 ** 31, 2 ** 32 - 2, 2 ** 32 - 1];
        for (const hash of hashes) expect(slice.find(hash)).toEqual(expected(hash));
        slice.close();
        for (const hash of hashes) expect(slice.find(hash)).toEqual(expected(hash));
        expect(slice.lastOrdinal).toBe(ordinal);
      }),
    );
  });
});
