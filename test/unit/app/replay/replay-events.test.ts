import { describe, expect, it } from "vitest";
import { replayProblem } from "../../../../src/app/replay/replay-events.js";
import type { Publication } from "../../../../src/ports/publisher.js";
import { eventBody } from "../../../factories/events.js";
import type { ModelStack } from "../../../factories/model-stack.js";
import { createReplayStack, messagesOf, REPLAY_ID } from "./replay-stack.js";

const TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/** Groups of each publish that reached the topic. */
function publishedGroups(stack: ModelStack): string[][] {
  const publishes = stack.calls.filter(({ operation }) => operation === "publish");
  return publishes.map(({ detail }) => (detail as Publication[]).map(({ groupId }) => groupId));
}

describe("replaying", () => {
  it("sends the body byte for byte in its group, with evp's attributes and the producer's trace as they were, and the replay's id", async () => {
    const { clock, stack, store, replay, journal } = createReplayStack();
    const body = eventBody({ id: "e-1" }).replace(":", " : ");
    const attributes = { traceparent: TRACEPARENT, "x-other": "not evp's" };
    const [accepted] = store({ id: "e-1", body, group: "client-1#account-42", attributes });
    const report = await replay();
    const [message] = messagesOf(stack, "client-1", clock.now());
    expect(message).toMatchObject({ body, groupId: "client-1#account-42" });
    const received = Object.entries(message?.attributes ?? {}).map(([name, value]) => [name, value.stringValue]);
    expect(Object.fromEntries(received)).toEqual({
      "evp-event-id": "e-1",
      "evp-type": "transaction",
      "evp-version": "1.0",
      "evp-received-at": new Date(accepted?.receivedAt ?? 0).toISOString(),
      "evp-replay": REPLAY_ID,
      traceparent: TRACEPARENT,
    });
    expect(stack.published()[0]?.[0]).toMatch(/^replay-20261121-100000-abc123-[\w-]{22}$/);
    expect(journal.facts.at(-1)).toEqual({
      fact: "replayed",
      eventId: "e-1",
      clientId: "client-1",
      replayId: REPLAY_ID,
      to: "topic",
      messageId: expect.any(String),
      sequence: expect.stringMatching(/^\d+$/),
      at: expect.any(Number),
      expiresAt: expect.any(Number),
    });
    expect(report).toMatchObject({ matched: 1, replayed: 1, failed: 0, replayId: REPLAY_ID, interrupted: false });
    expect(replayProblem(report, "")).toBeUndefined();
  });

  it("keeps the queue's order in each group, one at a time, and sends groups together", async () => {
    const { stack, store, replay, arrived } = createReplayStack();
    for (let sequence = 1; sequence <= 60; sequence++) store({ id: `e-${sequence}`, group: `g-${sequence % 7}` });
    expect(await replay({ ratePerSecond: 1e6 })).toMatchObject({ replayed: 60 });
    for (let group = 0; group < 7; group++) {
      const ofGroup = arrived().filter((id) => Number(id.slice(2)) % 7 === group);
      const inOrder = [...ofGroup].sort((one, other) => Number(one.slice(2)) - Number(other.slice(2)));
      expect(ofGroup).toEqual(inOrder);
    }
    const calls = publishedGroups(stack);
    expect(calls.every((groups) => new Set(groups).size === groups.length)).toBe(true);
    expect(Math.max(...calls.map((groups) => groups.length))).toBeGreaterThan(1);
  });

  it("reaches nobody but the client that is named", async () => {
    const { store, replay, arrived } = createReplayStack();
    store("mine", { id: "other", clientId: "client-2" });
    await replay();
    expect([arrived("client-1"), arrived("client-2")]).toEqual([["mine"], []]);
  });

  it("leaves out what was never published, what is forbidden now and what has grown too large", async () => {
    const { stack, store, replay, arrived } = createReplayStack();
    const large = eventBody({ id: "large", payload: { note: "x".repeat(2_000) } });
    store(
      "fine",
      { id: "lost", published: false },
      { id: "secret", type: "user_action" },
      { id: "large", body: large },
    );
    store({ id: "forgotten", published: { expiresAt: 1 } });
    const report = await replay({ maxBytes: 2_000 });
    expect(arrived()).toEqual(["fine"]);
    expect(report).toMatchObject({ matched: 5, replayed: 1 });
    expect(report.skipped).toEqual({ forbidden: 1, unpublished: 2, tooLarge: 1, replayedBefore: 0 });
    expect(stack.published()).toHaveLength(1);
  });

  it("takes a period, a type and ids, these in the order of the queue", async () => {
    const { clock, store, replay, arrived } = createReplayStack();
    const now = clock.now();
    const at = (agoMs: number) => ({ sentAt: now - agoMs });
    store({ id: "a", ...at(5_000) }, { id: "b", ...at(4_000), type: "monitoring" }, { id: "c", ...at(3_000) });
    store({ id: "d", ...at(2_000) });
    await replay({ filter: { since: now - 4_000, until: now - 2_000 } });
    expect(arrived()).toEqual(["b", "c"]);
    await replay({ replayId: "20261121-100001-abc123", filter: { type: "monitoring" } });
    expect(arrived()).toEqual(["b", "c", "b"]);
    const ids = ["d", "nobody", "a", "d"];
    const report = await replay({ replayId: "20261121-100002-abc123", filter: { ids } });
    expect(arrived().slice(3)).toEqual(["a", "d"]);
    expect(report).toMatchObject({ matched: 2, notFound: ["nobody"] });
  });

  it("sends to the client's own queue past its topic", async () => {
    const { stack, store, replay, queue, journal } = createReplayStack();
    store("e-1", "e-2");
    expect(await replay({ to: "queue" })).toMatchObject({ replayed: 2, to: "queue" });
    expect(stack.published()).toEqual([]);
    expect(queue("client-1.fifo").contents.map(({ attributes }) => attributes["evp-event-id"])).toEqual(["e-1", "e-2"]);
    expect(journal.facts.filter(({ fact }) => fact === "replayed")).toMatchObject([{ to: "queue" }, { to: "queue" }]);
  });

  it("plans first: counts, ends, time and cost, and a dry run does nothing else", async () => {
    const { stack, store, replay, journal } = createReplayStack();
    store("a", { id: "b", type: "monitoring", group: "other" }, "c");
    const before = journal.facts.length;
    const report = await replay({ dryRun: true, ratePerSecond: 2 });
    expect(report).toMatchObject({ replayId: null, dryRun: true, matched: 3, replayed: 0 });
    expect(report.plan).toEqual({
      byType: { monitoring: 1, transaction: 2 },
      from: null,
      to: "2026-11-21T10:00:00.000Z",
      firstEvent: { eventId: "a", sentAt: expect.stringMatching(/^2026-11-21T09:/) },
      lastEvent: { eventId: "c", sentAt: expect.stringMatching(/^2026-11-21T09:/) },
      groups: 2,
      ratePerSecond: 2,
      estimatedSeconds: 2,
      estimatedDollars: expect.any(Number),
    });
    expect([stack.published(), journal.facts.length, journal.locks.size]).toEqual([[], before, 0]);
  });

  it("does nothing when the answer is no", async () => {
    const { stack, store, replay } = createReplayStack();
    store("a");
    const refused = replay({ confirm: () => Promise.reject(new Error("no")) });
    await expect(refused).rejects.toThrow("no");
    expect(stack.published()).toEqual([]);
  });

  it("asks nothing where nothing is to be sent", async () => {
    const { store, replay } = createReplayStack();
    store({ id: "lost", published: false });
    const report = await replay({ confirm: () => Promise.reject(new Error("asked")) });
    expect(report).toMatchObject({ replayId: null, matched: 1, replayed: 0 });
  });

  it("keeps to the rate", async () => {
    const { clock, store, replay } = createReplayStack();
    for (let n = 0; n < 50; n++) store({ id: `e-${n}`, group: `g-${n}` });
    const start = clock.now();
    await replay({ ratePerSecond: 10 });
    expect(clock.now() - start).toBeGreaterThan(4_700);
    expect(clock.now() - start).toBeLessThan(6_000);
  });

  it("does not put more into one publish than a topic takes", async () => {
    const { stack, store, replay } = createReplayStack();
    for (let n = 0; n < 8; n++) {
      const body = eventBody({ id: `e-${n}`, payload: { note: "x".repeat(90_000) } });
      store({ id: `e-${n}`, body, group: `g-${n}` });
    }
    expect(await replay({ ratePerSecond: 1e6 })).toMatchObject({ replayed: 8 });
    const publishes = stack.calls.filter(({ operation }) => operation === "publish");
    const bytes = publishes.map(({ detail }) =>
      (detail as Publication[]).reduce((sum, { body }) => sum + Buffer.byteLength(body), 0),
    );
    expect(Math.max(...bytes)).toBeLessThan(256 * 1024);
  });
});

describe("who may be replayed to", () => {
  it("is told apart from nobody and from the disabled", async () => {
    const { stack, replay } = createReplayStack();
    await expect(replay({ filter: { clientId: "client-3" } })).rejects.toMatchObject({
      code: "client-unknown",
      exitCode: 4,
    });
    const client = stack.registry.get("client-1");
    if (client !== undefined) client.active = false;
    await expect(replay()).rejects.toMatchObject({ code: "client-inactive", exitCode: 1 });
  });

  it("a type that is taken away is not published any more once 5 s have passed", async () => {
    const { clock, stack, store, replay } = createReplayStack();
    for (let n = 0; n < 40; n++)
      store({ id: `e-${n}`, group: `g-${n}`, type: n % 2 === 0 ? "monitoring" : "transaction" });
    let deniedAt = Number.POSITIVE_INFINITY;
    const late: string[] = [];
    const publisher = stack.connection.publisher;
    const watched: typeof publisher = {
      publish(topicArn, publications) {
        const types = publications.map(({ attributes }) => attributes["evp-type"] ?? "");
        if (clock.now() - deniedAt > 5_000) late.push(...types.filter((type) => type === "monitoring"));
        return publisher.publish(topicArn, publications);
      },
    };
    const onProgress = (replayed: number) => {
      const client = stack.registry.get("client-1");
      if (replayed < 10 || client === undefined || deniedAt < clock.now()) return;
      client.allowedTypes = ["transaction"];
      deniedAt = clock.now();
    };
    const report = await replay({ ratePerSecond: 2, onProgress }, { publisher: watched });
    expect(late).toEqual([]);
    expect(report.skipped.forbidden).toBeGreaterThan(0);
    expect(report.replayed + report.skipped.forbidden).toBe(40);
    expect(replayProblem(report, "")).toBeUndefined();
  });

  it("a client that is disabled meanwhile stops it, and it can be gone on with", async () => {
    const { stack, store, replay, arrived } = createReplayStack();
    for (let n = 0; n < 40; n++) store({ id: `e-${n}`, group: `g-${n % 4}` });
    const onProgress = () => {
      const client = stack.registry.get("client-1");
      if (client !== undefined) client.active = false;
    };
    const report = await replay({ ratePerSecond: 2, onProgress });
    expect(report.stoppedBy).toBe("client client-1 is disabled: nothing is published for it");
    expect(replayProblem(report, "evp replay …")).toMatchObject({ exitCode: 6, hint: "Go on with it: evp replay …" });
    const client = stack.registry.get("client-1");
    if (client !== undefined) client.active = true;
    const rest = await replay({ resumes: true });
    expect(rest.replayed + report.replayed).toBe(40);
    expect(new Set(arrived()).size).toBe(arrived().length);
  });
});
