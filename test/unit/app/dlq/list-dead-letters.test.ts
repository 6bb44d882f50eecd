import { describe, expect, it } from "vitest";
import { listDeadLetters } from "../../../../src/app/dlq/list-dead-letters.js";
import { showDeadLetter } from "../../../../src/app/dlq/show-dead-letter.js";
import { eventBody } from "../../../factories/events.js";
import { setUpStack } from "./dead-letter-fixtures.js";

const ids = (letters: { messageId: string }[]) => letters.map(({ messageId }) => messageId);

describe("listing dead letters", () => {
  it("tells all about each, from the journal alone", async () => {
    const { ports, deadLetters, reject } = setUpStack();
    const body = eventBody({ id: "e-1" });
    await reject({ messageId: "r-1", body, reason: "type-forbidden", detail: "no", redrives: 2 });
    expect(await listDeadLetters(ports, {})).toEqual([
      {
        messageId: "r-1",
        eventId: "e-1",
        clientId: "client-1",
        type: "transaction",
        groupId: "client-1#account-42",
        reason: "type-forbidden",
        detail: "no",
        rejectedAt: "2026-11-21T10:00:00.000Z",
        redrives: 2,
        body,
        bodyBytes: body.length,
      },
    ]);
    expect(deadLetters.calls.filter(({ verb }) => verb === "receive")).toEqual([]);
  });

  it("lists nothing when there is nothing", async () => {
    expect(await listDeadLetters(setUpStack().ports, {})).toEqual([]);
  });

  it("knows a body that names nothing", async () => {
    const { ports, reject } = setUpStack();
    await reject({ messageId: "r-1", body: "{", reason: "malformed-json" });
    expect(await listDeadLetters(ports, {})).toMatchObject([{ eventId: null, clientId: null, type: null, body: "{" }]);
  });

  it("filters by client, reason, type, ids and time", async () => {
    const { ports, clock, reject } = setUpStack();
    await reject({ messageId: "r-1", reason: "id-conflict" });
    await reject({ messageId: "r-2", body: eventBody({ id: "e-2", clientId: "client-2" }) });
    const since = clock.now();
    await reject({ messageId: "r-3", body: eventBody({ id: "e-3", type: "monitoring" }) });
    const list = async (filter: object) => ids(await listDeadLetters(ports, { filter }));
    expect(await list({ clientId: "client-2" })).toEqual(["r-2"]);
    expect(await list({ reason: "id-conflict" })).toEqual(["r-1"]);
    expect(await list({ type: "monitoring" })).toEqual(["r-3"]);
    expect(await list({ ids: ["r-1", "e-3", "nothing"] })).toEqual(["r-1", "r-3"]);
    expect(await list({ since })).toEqual(["r-3"]);
    expect(await list({ clientId: "client-1", reason: "type-forbidden" })).toEqual(["r-3"]);
  });

  it("finds what the queue itself moved when it is asked for, though letters that are gone make up for it", async () => {
    const { ports, reject, empty, move } = setUpStack();
    await reject({ messageId: "r-1" });
    await empty();
    const moved = await move(eventBody({ id: "e-moved" }), "g");
    const list = async (filter: object) => ids(await listDeadLetters(ports, { filter }));
    expect(await list({ reason: "moved-by-queue" })).toEqual([moved]);
    expect(await list({ ids: ["e-moved"] })).toEqual([moved]);
    expect(await list({ ids: ["r-1", moved] })).toEqual(["r-1", moved]);
  });

  it("looks for all there is while the queue hands out anything", async () => {
    const { ports, deadLetters, move } = setUpStack();
    for (const id of ["a", "b", "c"]) await move(eventBody({ id }), id);
    const { receive } = deadLetters;
    const [first] = await receive({ maxMessages: 1, waitSeconds: 0, visibilitySeconds: 0 });
    let receives = 0;
    // The queue repeats itself before it gives what is left.
    deadLetters.receive = async (options) => {
      receives += 1;
      if (receives <= 2 && first !== undefined) return [first];
      return receive(options);
    };
    expect(await listDeadLetters(ports, {})).toHaveLength(3);
  });

  it("holds what it looks at for as long as looking at all of it may take", async () => {
    const { ports, deadLetters, move } = setUpStack();
    for (let index = 1; index <= 100; index++) await move(eventBody({ id: `e-${index}` }), `g-${index}`);
    expect(await listDeadLetters(ports, {})).toHaveLength(100);
    const [first] = deadLetters.calls.filter(({ verb }) => verb === "receive");
    expect(first?.detail).toMatchObject({ visibilitySeconds: 17 });
  });

  it("comes to an end though the queue goes on handing out the same", async () => {
    const { ports, deadLetters, move } = setUpStack();
    for (const id of ["a", "b"]) await move(eventBody({ id }), id);
    const messages = await deadLetters.receive({ maxMessages: 1, waitSeconds: 0 });
    let receives = 0;
    deadLetters.receive = async () => {
      receives += 1;
      expect(receives).toBeLessThan(100);
      return messages;
    };
    expect(await listDeadLetters(ports, {})).toHaveLength(1);
  });

  it("gives the oldest first, and the newest of them with a limit", async () => {
    const { ports, reject } = setUpStack();
    for (let index = 1; index <= 9; index++) await reject({ messageId: `r-${index}` });
    expect(ids(await listDeadLetters(ports, { limit: 2 }))).toEqual(["r-8", "r-9"]);
    expect(ids(await listDeadLetters(ports, {}))[0]).toBe("r-1");
  });

  it("leaves out what was redriven or purged", async () => {
    const { ports, reject, redrive } = setUpStack();
    await reject({ messageId: "r-1" });
    await redrive();
    await reject({ messageId: "r-2" });
    expect(ids(await listDeadLetters(ports, {}))).toEqual(["r-2"]);
  });

  it("shows what the queue itself moved, and leaves it there", async () => {
    const { ports, deadLetters, reject, move } = setUpStack();
    await reject({ messageId: "r-1" });
    const body = eventBody({ id: "e-9", clientId: "client-3" });
    const moved = await move(body, "client-3#k");
    const letters = await listDeadLetters(ports, {});
    expect(letters[1]).toEqual({
      messageId: moved,
      eventId: "e-9",
      clientId: "client-3",
      type: "transaction",
      groupId: "client-3#k",
      reason: "moved-by-queue",
      detail: "moved by the queue's own redrive policy, or put here by another program; evp never judged it",
      rejectedAt: "2026-11-21T10:00:01.000Z",
      redrives: 0,
      body,
      bodyBytes: body.length,
    });
    expect(await deadLetters.depth()).toEqual({ visible: 2, inFlight: 0, delayed: 0 });
    expect(ids(await listDeadLetters(ports, { filter: { reason: "moved-by-queue" } }))).toEqual([moved]);
  });

  it("reads evp's attributes where the journal has forgotten a letter", async () => {
    const { ports, journal, reject } = setUpStack();
    const [letter] = [await reject({ messageId: "r-1", reason: "type-forbidden", detail: "no", groupId: "g" })];
    journal.facts = [];
    expect(await listDeadLetters(ports, {})).toMatchObject([
      { messageId: letter.messageId, reason: "type-forbidden", detail: "no", groupId: "g" },
    ]);
  });
});

describe("showing a dead letter", () => {
  it("finds it by message id or event id, the newest of an event", async () => {
    const { ports, reject } = setUpStack();
    const body = eventBody({ id: "e-1" });
    await reject({ messageId: "r-1", body });
    await reject({ messageId: "r-2", body });
    expect(await showDeadLetter(ports, "r-1")).toMatchObject({ messageId: "r-1" });
    expect(await showDeadLetter(ports, "e-1")).toMatchObject({ messageId: "r-2" });
  });

  it("fetches the body from the DLQ where the journal has only its beginning", async () => {
    const { ports, deadLetters, reject } = setUpStack();
    const body = eventBody({ id: "e-1", payload: { text: "x".repeat(310_000) } });
    await reject({ messageId: "r-1", body, reason: "too-large" });
    expect((await listDeadLetters(ports, {}))[0]?.body).toHaveLength(65_536);
    expect((await showDeadLetter(ports, "r-1")).body).toBe(body);
    expect(await deadLetters.depth()).toMatchObject({ visible: 1, inFlight: 0 });
  });

  it("says so when there is none", async () => {
    await expect(showDeadLetter(setUpStack().ports, "r-9")).rejects.toMatchObject({
      code: "dead-letter-unknown",
      category: "not-found",
    });
  });
});
