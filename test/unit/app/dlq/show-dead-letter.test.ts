import { describe, expect, it } from "vitest";
import { showDeadLetter } from "../../../../src/app/dlq/show-dead-letter.js";
import { eventBody } from "../../../factories/events.js";
import { setUpStack } from "./dead-letter-fixtures.js";

const options = { mapping: "evp" } as const;

describe("showing a dead letter", () => {
  it("finds it by message id or event id, the newest of an event, and names the others", async () => {
    const { ports, deadLetters, reject } = setUpStack();
    const body = eventBody({ id: "e-1" });
    await reject({ messageId: "r-1", body });
    await reject({ messageId: "r-2", body });
    expect(await showDeadLetter(ports, "r-1", options)).toMatchObject({ messageId: "r-1" });
    expect(await showDeadLetter(ports, "e-1", options)).toMatchObject({ messageId: "r-2", otherLetters: ["r-1"] });
    expect(deadLetters.calls.filter(({ verb }) => verb === "receive")).toEqual([]);
  });

  it("does not read all rejections for an event id", async () => {
    const { ports, journal, reject } = setUpStack();
    await reject({ messageId: "r-1", body: eventBody({ id: "e-1" }) });
    journal.rejections = () => {
      throw new Error("read");
    };
    expect(await showDeadLetter(ports, "e-1", options)).toMatchObject({ messageId: "r-1" });
  });

  it("says what is wrong where, and that it would be rejected again", async () => {
    const { ports, reject } = setUpStack();
    const body = eventBody({ id: "e-1", payload: { amount: "a lot" } });
    const detail = "/payload/transactionId is missing; /payload/amount must be number";
    await reject({ messageId: "r-1", body, reason: "schema-violation", detail });
    expect(await showDeadLetter(ports, "r-1", options)).toMatchObject({
      violations: [
        { pointer: "/payload/transactionId", message: "is missing" },
        { pointer: "/payload/amount", message: "must be number" },
      ],
      brokenAt: null,
      now: { verdict: "still-invalid", action: "skip" },
      body,
    });
  });

  it("says where a body stops being JSON", async () => {
    const { ports, reject } = setUpStack();
    await reject({
      messageId: "r-1",
      body: '{\n  "id": "e-1",\n  "type" "x"\n}',
      reason: "malformed-json",
      detail: "no",
    });
    expect(await showDeadLetter(ports, "r-1", options)).toMatchObject({
      violations: [],
      brokenAt: { index: 26, line: 3, column: 10, message: "a colon was expected" },
    });
  });

  it("says that it would pass now", async () => {
    const { ports, reject } = setUpStack();
    await reject({ messageId: "r-1" });
    expect(await showDeadLetter(ports, "r-1", options)).toMatchObject({
      now: { verdict: "would-pass", action: "send" },
      violations: [{ pointer: "/type", message: "it was forbidden" }],
    });
  });

  it("shows a message that another program put there", async () => {
    const { ports, move, deadLetters } = setUpStack();
    const moved = await move("plain text", "any-group");
    const shown = await showDeadLetter(ports, moved, options);
    expect(shown).toMatchObject({
      messageId: moved,
      reason: "moved-by-queue",
      body: "plain text",
      brokenAt: { line: 1, column: 1 },
      now: { verdict: "still-invalid" },
    });
    expect(await deadLetters.depth()).toMatchObject({ visible: 1, inFlight: 0 });
  });

  it("fetches the body from the DLQ where the journal has only its beginning", async () => {
    const { ports, deadLetters, reject } = setUpStack();
    const body = eventBody({ id: "e-1", payload: { text: "x".repeat(310_000) } });
    await reject({ messageId: "r-1", body, reason: "too-large" });
    expect((await showDeadLetter(ports, "r-1", options)).body).toBe(body);
    expect((await showDeadLetter(ports, "e-1", options)).body).toBe(body);
    expect(await deadLetters.depth()).toMatchObject({ visible: 1, inFlight: 0 });
  });

  it("shows the beginning of a body that is nowhere whole any more", async () => {
    const { ports, empty, reject } = setUpStack();
    const body = eventBody({ id: "e-1", payload: { text: "x".repeat(310_000) } });
    await reject({ messageId: "r-1", body, reason: "too-large" });
    await empty();
    const shown = await showDeadLetter(ports, "r-1", options);
    expect(shown.body).toHaveLength(65_536);
    expect(shown).toMatchObject({ bodyBytes: body.length, brokenAt: null, now: { verdict: "not-on-dlq" } });
  });

  it("says so when there is none", async () => {
    await expect(showDeadLetter(setUpStack().ports, "r-9", options)).rejects.toMatchObject({
      code: "dead-letter-unknown",
      category: "not-found",
    });
  });

  it.each(["r-1", "e-r-1"])("says so when it was dealt with (%s)", async (id) => {
    const { ports, reject, redrive } = setUpStack();
    await reject({ messageId: "r-1" });
    await redrive();
    await expect(showDeadLetter(ports, id, options)).rejects.toMatchObject({
      code: "dead-letter-settled",
      message: `the dead letter of ${id} was redriven`,
    });
  });
});
