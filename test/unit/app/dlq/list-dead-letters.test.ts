import { describe, expect, it } from "vitest";
import { browseDeadLetters } from "../../../../src/app/dlq/browse-dead-letters.js";
import { listDeadLetters } from "../../../../src/app/dlq/list-dead-letters.js";
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

  it("filters by client, reason, type, ids, time and text", async () => {
    const { ports, clock, reject } = setUpStack();
    await reject({ messageId: "r-1", reason: "id-conflict" });
    await reject({ messageId: "r-2", body: eventBody({ id: "e-2", clientId: "client-2" }) });
    const since = clock.now();
    await reject({ messageId: "r-3", body: eventBody({ id: "e-3", type: "monitoring" }) });
    const list = async (filter: object) => ids(await listDeadLetters(ports, { filter }));
    expect(await list({ clientId: "client-2" })).toEqual(["r-2"]);
    expect(await list({ reason: "id-conflict" })).toEqual(["r-1"]);
    expect(await list({ type: "monitoring" })).toEqual(["r-3"]);
    expect(await list({ ids: ["r-1", "e-3", "nothing"] })).toEqual(["r-3", "r-1"]);
    expect(await list({ since })).toEqual(["r-3"]);
    expect(await list({ until: since - 1 })).toEqual(["r-2", "r-1"]);
    expect(await list({ since, until: since - 1 })).toEqual([]);
    expect(await list({ text: "E-R-1" })).toEqual(["r-1"]);
    expect(await list({ text: "was forbidden" })).toEqual(["r-3", "r-2", "r-1"]);
    expect(await list({ text: '"clientId":"client-2"' })).toEqual(["r-2"]);
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

  it("gives the newest first, as many as are wanted", async () => {
    const { ports, reject } = setUpStack();
    for (let index = 1; index <= 9; index++) await reject({ messageId: `r-${index}` });
    expect(ids(await listDeadLetters(ports, { limit: 2 }))).toEqual(["r-9", "r-8"]);
    expect(ids(await listDeadLetters(ports, {}))).toHaveLength(9);
  });

  it("counts those behind the limit, and reads no further than it counts", async () => {
    const { ports, journal, reject } = setUpStack();
    for (let index = 1; index <= 9; index++) await reject({ messageId: `r-${index}` });
    let read = 0;
    const { rejections } = journal;
    journal.rejections = async function* (period) {
      for await (const entry of rejections(period)) {
        read += 1;
        yield entry;
      }
    };
    const browse = (limit: number, countAhead: number) =>
      browseDeadLetters(ports, { limit, countAhead }, () => undefined);
    expect(await browse(2, 3)).toEqual({ taken: 2, more: 3, isMoreOpen: true, hidden: 0 });
    expect(read).toBeLessThan(9);
    expect(await browse(2, 7)).toEqual({ taken: 2, more: 7, isMoreOpen: false, hidden: 0 });
    expect(await browse(9, 3)).toEqual({ taken: 9, more: 0, isMoreOpen: false, hidden: 0 });
  });

  it("waits for whoever takes a letter before it reads the next one", async () => {
    const { ports, reject, move } = setUpStack();
    for (let index = 1; index <= 3; index++) await reject({ messageId: `r-${index}` });
    await move(eventBody({ id: "moved" }), "g");
    let busy = 0;
    await browseDeadLetters(ports, {}, async () => {
      busy += 1;
      expect(busy).toBe(1);
      await Promise.resolve();
      busy -= 1;
    });
  });

  it("says how many it cannot see, since a FIFO queue hands out 10 of a group", async () => {
    const { ports, move } = setUpStack();
    for (let index = 1; index <= 14; index++) await move(eventBody({ id: `e-${index}` }), "one-group");
    expect(await browseDeadLetters(ports, {}, () => undefined)).toMatchObject({ taken: 10, hidden: 4 });
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
