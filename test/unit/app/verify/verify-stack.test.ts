import { describe, expect, it } from "vitest";
import { verifyProblem } from "../../../../src/app/verify/verify-stack.js";
import { TOPIC } from "../replay/stored-events.js";
import { createVerifyStack } from "./verify-fixtures.js";

const kinds = ({ findings }: { findings: { kind: string; eventId: string | null }[] }) =>
  findings.map(({ kind, eventId }) => `${kind} ${eventId}`);
const HOUR = 60 * 60_000;

describe("verifying what was accepted", () => {
  it("finds nothing where all was published in order, and says what it looked at", async () => {
    const { store, verify } = createVerifyStack();
    store(
      "a",
      "b",
      { id: "c", group: "other" },
      { id: "d", clientId: "client-2", published: { topicArn: topicOf("client-2") } },
    );
    const report = await verify();
    expect(report).toMatchObject({ checked: 4, findings: [], repaired: 0, repairable: 0, interrupted: false });
    expect(report.clients).toEqual([
      { clientId: "client-1", checked: 3, published: 3, repairedBefore: 0, rejected: 0, underWay: 0 },
      { clientId: "client-2", checked: 1, published: 1, repairedBefore: 0, rejected: 0, underWay: 0 },
    ]);
    expect(verifyProblem(report)).toBeUndefined();
  });

  it("tells a gap from an event that may still wait", async () => {
    const { store, verify } = createVerifyStack();
    store("a", { id: "lost", published: false }, "b", { id: "waits", published: false });
    const report = await verify();
    expect(kinds(report)).toEqual(["gap lost", "never-published waits"]);
    expect(report.findings[0]).toEqual({
      kind: "gap",
      eventId: "lost",
      clientId: "client-1",
      groupId: "client-1#k",
      messageId: null,
      sentAt: "2026-11-21T09:00:00.002Z",
      at: "2026-11-21T09:00:00.002Z",
      detail: "never published, while the newer b was",
      advice: "publish it now, behind the newer events of its group, with evp verify --repair",
      repaired: false,
    });
    expect(verifyProblem(report)).toMatchObject({ exitCode: 5, code: "findings" });
  });

  it("gives an owner 15 minutes, and a rejected event is no gap", async () => {
    const { clock, store, verify, reject, sendDeadLetter } = createVerifyStack();
    store("a", { id: "young", published: false, claimedAt: clock.now() - 14 * 60_000 });
    store({ id: "refused", published: false }, "b");
    await reject("refused", { messageId: "m-refused" });
    await sendDeadLetter("m-refused");
    const report = await verify();
    expect(report.findings).toEqual([]);
    expect(report.clients[0]).toMatchObject({ checked: 4, published: 2, rejected: 1, underWay: 1 });
  });

  it("names the event that was published behind newer ones of its group, once", async () => {
    const { store, verify } = createVerifyStack();
    store("a", { id: "late", published: { sequence: 90 } }, "b", "c", {
      id: "d",
      group: "other",
      published: { sequence: 1 },
    });
    const report = await verify();
    expect(kinds(report)).toEqual(["out-of-order late"]);
    expect(report.findings[0]?.detail).toBe("published behind b, which the queue sequenced later");
  });

  it("tells once of all that was published on another topic", async () => {
    const { store, verify } = createVerifyStack();
    const published = { topicArn: topicOf("client-2") };
    store("a", { id: "b", published }, { id: "c", published }, { id: "d", published });
    const report = await verify();
    expect(kinds(report)).toEqual(["other-topic b"]);
    expect(report.findings[0]?.detail).toBe(
      `published on ${published.topicArn}, and 2 more after it; its client's topic is ${TOPIC}`,
    );
  });

  it("looks at one client, and at what is new enough", async () => {
    const { clock, store, verify } = createVerifyStack();
    store({ id: "old", published: false, sentAt: clock.now() - 5 * HOUR }, { id: "new", published: false });
    store({ id: "theirs", clientId: "client-2", published: false });
    expect(kinds(await verify({ clientId: "client-1", since: clock.now() - 2 * HOUR }))).toEqual([
      "never-published new",
    ]);
    await expect(verify({ clientId: "client-9" })).rejects.toMatchObject({ code: "client-unknown", exitCode: 4 });
  });

  it("tells of a client whose topic is gone", async () => {
    const { verify, missing } = createVerifyStack();
    missing.add(topicOf("client-2"));
    const report = await verify();
    expect(report.findings).toMatchObject([{ kind: "topic-missing", clientId: "client-2", eventId: null }]);
  });

  it("stops when it is told to", async () => {
    const { store, verify } = createVerifyStack();
    store("a", { id: "lost", published: false });
    const report = await verify({ signal: AbortSignal.abort() });
    expect(report).toMatchObject({ interrupted: true, findings: [], checked: 0 });
    expect(verifyProblem(report)).toMatchObject({ exitCode: 130 });
  });
});

describe("verifying the dead letters", () => {
  it("is content when the DLQ holds what was rejected", async () => {
    const { verify, reject, sendDeadLetter } = createVerifyStack();
    await reject("r-1");
    await sendDeadLetter("r-1");
    await reject("r-2", { settled: "redriven" });
    await reject("r-3", { settled: "purged" });
    expect(await verify()).toMatchObject({ rejections: 3, findings: [] });
    expect(await verify({ deep: true })).toMatchObject({ rejections: 3, findings: [] });
  });

  it("sees by the depth that some are missing, and with a deep look which", async () => {
    const { verify, reject, sendDeadLetter, deadLetters } = createVerifyStack();
    for (const id of ["r-1", "r-2", "r-3"]) await reject(id);
    await sendDeadLetter("r-2");
    const report = await verify();
    expect(report.findings).toMatchObject([
      { kind: "dead-letters-missing", eventId: null, advice: "evp verify --deep looks through the DLQ and names them" },
    ]);
    expect(report.findings[0]?.detail).toMatch(/^2 at least: the journal knows 3 .* the DLQ holds about 1$/);
    expect(deadLetters.calls).toEqual([]);
    const deep = await verify({ deep: true });
    expect(kinds(deep)).toEqual(["dead-letters-missing e-r-1", "dead-letters-missing e-r-3"]);
    expect(deep.findings[0]).toMatchObject({ messageId: "r-1", clientId: "client-1" });
    expect(await deadLetters.depth()).toMatchObject({ visible: 1, inFlight: 0 });
  });

  it("leaves out what was rejected just now, or so long ago that the DLQ has dropped it", async () => {
    const { clock, verify, reject } = createVerifyStack();
    await reject("old", { at: clock.now() - 15 * 24 * HOUR });
    await reject("new", { at: clock.now() - 60_000 });
    expect(await verify()).toMatchObject({ rejections: 0, findings: [] });
  });

  it("tells of rejected events that are or may be on their topics", async () => {
    const { store, verify, reject, sendDeadLetter } = createVerifyStack();
    store({ id: "both" }, { id: "maybe", published: false });
    for (const id of ["both", "maybe"]) {
      await reject(id, { messageId: `m-${id}`, isDoubtful: true });
      await sendDeadLetter(`m-${id}`);
    }
    expect(kinds(await verify())).toEqual(["published-and-rejected both", "maybe-published maybe"]);
  });
});

function topicOf(clientId: string): string {
  return TOPIC.replace("client-1", clientId);
}
