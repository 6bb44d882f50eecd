import { describe, expect, it } from "vitest";
import { listDeadLetters } from "../../../../src/app/dlq/list-dead-letters.js";
import { purgeDeadLetters, purgeProblem } from "../../../../src/app/dlq/purge-dead-letters.js";
import { setUpStack } from "./dead-letter-fixtures.js";

const all = { filter: {}, retentionDays: 30 };

describe("purging dead letters", () => {
  it("deletes those that match for good, and the journal remembers it", async () => {
    const { ports, deadLetters, journal, reject, move } = setUpStack();
    await reject({ messageId: "r-1", reason: "malformed-json", body: "{" });
    await reject({ messageId: "r-2" });
    await move("moved", "g");
    const options = { ...all, filter: { reason: "malformed-json" as const } };
    expect(await purgeDeadLetters(ports, options)).toEqual({
      matched: 1,
      purged: 1,
      missing: 0,
      failed: [],
      hidden: 0,
      interrupted: false,
    });
    expect(journal.facts.filter(({ fact }) => fact === "purged")).toMatchObject([
      { eventId: "r-1", clientId: "~", messageId: "r-1" },
    ]);
    expect(await deadLetters.depth()).toEqual({ visible: 2, inFlight: 0, delayed: 0 });
    expect(await purgeDeadLetters(ports, all)).toMatchObject({ matched: 2, purged: 2 });
    expect(await listDeadLetters(ports, {})).toEqual([]);
  });

  it("asks first, and leaves everything when told to", async () => {
    const { ports, deadLetters, reject, move } = setUpStack();
    await reject({ messageId: "r-1" });
    for (let index = 1; index <= 12; index++) await move(`moved ${index}`, "g");
    const confirm = async (count: number, hidden: number) => {
      throw new Error(`${count} and ${hidden}`);
    };
    await expect(purgeDeadLetters(ports, { ...all, confirm })).rejects.toThrow("10 and 3");
    expect(deadLetters.contents).toHaveLength(13);
  });

  it("goes on with what comes forward when the first of a group are gone", async () => {
    const { ports, deadLetters, move } = setUpStack();
    for (let index = 1; index <= 34; index++) await move(`moved ${index}`, "g");
    const report = await purgeDeadLetters(ports, all);
    expect(report).toMatchObject({ matched: 34, purged: 34, hidden: 0 });
    expect(deadLetters.contents).toEqual([]);
  });

  it("tells what it did not come to see", async () => {
    const { ports, move } = setUpStack();
    for (let index = 1; index <= 14; index++) await move(`moved ${index}`, "g");
    const report = await purgeDeadLetters(ports, { ...all, limit: 3 });
    expect(report).toMatchObject({ matched: 3, purged: 3 });
  });

  it("deletes the oldest so many", async () => {
    const { ports, deadLetters, reject } = setUpStack();
    for (let index = 1; index <= 25; index++) await reject({ messageId: `r-${index}` });
    expect(await purgeDeadLetters(ports, { ...all, limit: 23 })).toMatchObject({ matched: 23, purged: 23 });
    expect(deadLetters.contents.map(({ groupId }) => groupId)).toEqual(["r-24", "r-25"]);
  });

  it("counts those that are not on the DLQ", async () => {
    const { ports, empty, reject } = setUpStack();
    await reject({ messageId: "r-1" });
    await empty();
    expect(await purgeDeadLetters(ports, all)).toMatchObject({ matched: 1, purged: 0, missing: 1 });
  });

  it("says what failed, which is not all that was asked for", async () => {
    const { ports, deadLetters, reject } = setUpStack();
    await reject({ messageId: "r-1" });
    await reject({ messageId: "r-2" });
    const fault = { code: "InternalError", message: "try later", isSenderFault: false };
    deadLetters.delete = async (handles) =>
      handles.map((_, index) => (index === 0 ? { ok: true } : { ok: false, fault }));
    const report = await purgeDeadLetters(ports, all);
    expect(report).toMatchObject({
      purged: 1,
      failed: [{ messageId: "r-2", error: "not deleted from the DLQ: try later" }],
    });
    expect(purgeProblem(report)).toMatchObject({ code: "purge-incomplete", exitCode: 6 });
  });

  it("tells what was done when the service goes away in the middle", async () => {
    const { ports, deadLetters, reject } = setUpStack();
    for (let index = 1; index <= 25; index++) await reject({ messageId: `r-${index}` });
    let deletes = 0;
    deadLetters.faultOf = (verb) =>
      verb === "delete" && ++deletes > 1 ? { when: "before", kind: "unreachable" } : undefined;
    const report = await purgeDeadLetters(ports, all);
    expect(report).toMatchObject({ matched: 25, purged: 10, failed: [{ error: "the service is unreachable" }] });
    expect(purgeProblem(report)).toMatchObject({ exitCode: 6 });
  });

  it("fails as a whole when nothing could be deleted", async () => {
    const { ports, deadLetters, reject } = setUpStack();
    await reject({ messageId: "r-1" });
    deadLetters.faultOf = (verb) => (verb === "delete" ? { when: "before", kind: "unreachable" } : undefined);
    await expect(purgeDeadLetters(ports, all)).rejects.toMatchObject({ name: "CallError" });
  });

  it("deletes what an interrupted redrive had recorded, and does not record it again", async () => {
    const { ports, deadLetters, journal, reject } = setUpStack();
    const { eventId, clientId, messageId, at, expiresAt } = await reject({ messageId: "r-1" });
    await journal.write([{ fact: "redriven", eventId, clientId, messageId, sentAs: "m", at, expiresAt }]);
    expect(await purgeDeadLetters(ports, all)).toMatchObject({ matched: 1, purged: 1 });
    expect(deadLetters.contents).toEqual([]);
    expect(journal.facts.map(({ fact }) => fact)).toEqual(["rejected", "redriven"]);
  });

  it("stops when it is interrupted, and releases what it holds", async () => {
    const { ports, deadLetters, reject } = setUpStack();
    for (let index = 1; index <= 25; index++) await reject({ messageId: `r-${index}` });
    const controller = new AbortController();
    deadLetters.faultOf = (verb) => {
      if (verb === "delete") controller.abort();
      return undefined;
    };
    const report = await purgeDeadLetters(ports, { ...all, signal: controller.signal });
    expect(report).toMatchObject({ matched: 25, purged: 10, interrupted: true });
    expect(purgeProblem(report)).toMatchObject({ code: "interrupted", exitCode: 130 });
    expect(await deadLetters.depth()).toEqual({ visible: 15, inFlight: 0, delayed: 0 });
  });
});
