import { describe, expect, it } from "vitest";
import { createExaminer } from "../../../src/core/examine.js";
import type { EnvelopeMapping } from "../../../src/core/settings.js";
import { eventBody, eventFields } from "../../factories/events.js";

function examine(body: string, mapping: EnvelopeMapping = "evp") {
  return createExaminer({ mapping, maxEventBytes: 1000 })({ body, attributes: {}, receivedAt: 0 });
}

const LONG = "x".repeat(2000);

describe("a body that is too large by itself", () => {
  it("is refused unread, and still says whose it was", () => {
    expect(examine(eventBody({ payload: { text: LONG } }))).toMatchObject({
      ok: false,
      rejection: {
        reason: "too-large",
        detail: expect.stringMatching(/^\d{4} bytes with evp's attributes; 1000 are allowed$/),
      },
      envelope: { id: "e-1", clientId: "client-1", type: "transaction", key: "account-42" },
    });
  });

  it("is too large whatever else is wrong with it, and says what is right", () => {
    const broken = `${eventBody({ type: "no/type", payload: { text: LONG } })}}`;
    expect(examine(broken)).toMatchObject({
      rejection: { reason: "too-large" },
      envelope: { id: "e-1", clientId: "client-1" },
    });
    expect(examine(broken)).not.toMatchObject({ envelope: { type: expect.anything() } });
    expect(examine("[".repeat(2000))).toEqual({
      ok: false,
      rejection: { reason: "too-large", detail: expect.any(String) },
      envelope: { version: "1.0" },
    });
  });

  it("says so in a shape of the producer's own", () => {
    const mapping = {
      id: "/meta/uid",
      type: { value: "order" },
      clientId: { pointer: "/shop", aliases: { A: "client-1" } },
      source: { value: "s" },
      timestamp: "/meta/at",
    };
    const body = JSON.stringify({ text: LONG, meta: { uid: 17, at: "2026-11-21T10:00:00Z" }, shop: "A" });
    expect(examine(body, mapping)).toMatchObject({ envelope: { id: "17", clientId: "client-1", type: "order" } });
    const event = { specversion: "1.0", id: "e-1", clientid: "client-1", data: LONG };
    expect(examine(JSON.stringify(event), "cloudevents")).toMatchObject({
      envelope: { id: "e-1", clientId: "client-1" },
    });
  });
});

describe("an envelope with very many unknown fields", () => {
  it("tells how many there are, and what of it is valid", () => {
    const unknown = Array.from({ length: 20_000 }, (_, index) => [`field-${index}`, 0]);
    const body = JSON.stringify({ ...eventFields({ timestamp: "never" }), ...Object.fromEntries(unknown) });
    const examined = createExaminer({ mapping: "evp", maxEventBytes: 1_000_000 })({
      body,
      attributes: {},
      receivedAt: 0,
    });
    const detail = examined.ok ? "" : examined.rejection.detail;
    const told = detail.match(/is not a known field/g)?.length ?? 0;
    expect(detail).toMatch(new RegExp(`; and ${20_001 - told} more$`));
    expect(examined).toMatchObject({ ok: false, envelope: { id: "e-1", clientId: "client-1" } });
    expect(examined).not.toMatchObject({ envelope: { timestamp: expect.anything() } });
  });
});
