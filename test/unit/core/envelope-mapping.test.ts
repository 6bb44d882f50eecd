import { describe, expect, it } from "vitest";
import { readEnvelope } from "../../../src/core/read-envelope.js";
import type { CustomMapping } from "../../../src/core/settings.js";

const shop: CustomMapping = {
  id: "/id",
  type: "/operacao",
  clientId: { pointer: "/destino", aliases: { "loja A": "client-1" } },
  source: { pointer: "/origem", default: "unknown" },
  timestamp: { value: "2026-01-01T00:00:00Z" },
  key: "/origem",
};
const order = { id: 123, nome: "produto 1", operacao: "COMPRA", quantidade: 10, origem: "app", destino: "loja A" };

describe("a producer's own shape, by JSON Pointers", () => {
  it("reads a number as text, an alias as the client, and the whole body as the payload", () => {
    expect(readEnvelope(order, shop)).toEqual({
      ok: true,
      payloadPointer: "",
      event: {
        id: "123",
        type: "COMPRA",
        version: "1.0",
        clientId: "client-1",
        source: "app",
        timestamp: "2026-01-01T00:00:00Z",
        key: "app",
        payload: order,
      },
    });
  });

  it("uses a default only where the pointer finds nothing", () => {
    const { origem: _, ...without } = order;
    expect(readEnvelope(without, shop)).toMatchObject({ ok: true, event: { source: "unknown" } });
  });

  it("knows no client for a name that is in no alias table and is no client id", () => {
    expect(readEnvelope({ ...order, destino: "loja Z" }, shop)).toMatchObject({
      ok: false,
      rejection: { reason: "client-unknown", detail: 'no client is known by the name "loja Z"' },
      envelope: { id: "123", type: "COMPRA" },
    });
  });

  it("lets a client id pass that is in no alias table", () => {
    expect(readEnvelope({ ...order, destino: "client-9" }, shop)).toMatchObject({
      ok: true,
      event: { clientId: "client-9" },
    });
  });

  it("names the producer's own field in what it refuses", () => {
    expect(readEnvelope({ ...order, operacao: "no type", id: null }, shop)).toMatchObject({
      ok: false,
      rejection: {
        reason: "envelope-invalid",
        detail: '/id must be string; /operacao must match pattern "^[A-Za-z0-9_.-]{1,64}$"',
      },
    });
    const { id: _, ...without } = order;
    expect(readEnvelope(without, shop)).toMatchObject({ rejection: { detail: "/id is missing" } });
  });

  it("does not find what only the prototype has", () => {
    expect(readEnvelope({ ...order }, { ...shop, id: "/constructor/name" })).toMatchObject({ ok: false });
    expect(readEnvelope({ ...order, destino: "constructor" }, shop)).toMatchObject({
      ok: true,
      event: { clientId: "constructor" },
    });
  });

  it("reads a pointer with escapes and indexes", () => {
    const nested = { ...order, "a/b": [{ "c~d": "deep" }] };
    expect(readEnvelope(nested, { ...shop, source: "/a~1b/0/c~0d" })).toMatchObject({
      ok: true,
      event: { source: "deep" },
    });
  });

  it("reads the payload where its pointer says", () => {
    const wrapped = { ...order, data: { x: 1 } };
    expect(readEnvelope(wrapped, { ...shop, payload: "/data" })).toMatchObject({
      ok: true,
      payloadPointer: "/data",
      event: { payload: { x: 1 } },
    });
  });
});

describe("CloudEvents", () => {
  const cloudEvent = {
    specversion: "1.0",
    id: "ce-1",
    type: "com.example.transaction",
    source: "/checkout",
    time: "2026-11-21T10:00:00Z",
    clientid: "client-1",
    data: { transactionId: "t-1" },
  };

  it("are read in structured mode", () => {
    expect(readEnvelope(cloudEvent, "cloudevents")).toMatchObject({
      ok: true,
      payloadPointer: "/data",
      event: {
        id: "ce-1",
        type: "com.example.transaction",
        version: "1.0",
        clientId: "client-1",
        source: "/checkout",
        payload: { transactionId: "t-1" },
      },
    });
  });

  it("need the extension attribute that names the client", () => {
    const { clientid: _, ...without } = cloudEvent;
    expect(readEnvelope(without, "cloudevents")).toMatchObject({
      rejection: { reason: "envelope-invalid", detail: "/clientid is missing" },
    });
  });
});

describe("what stands beside the body", () => {
  const bare: CustomMapping = {
    id: { from: "messageId" },
    type: { attribute: "kind", default: "plain" },
    clientId: "/for",
    key: { from: "groupId" },
  };
  const body = { for: "client-1", text: "hello" };
  const idOf = (
    ...[mapping, beside]: Parameters<typeof readEnvelope> extends [unknown, ...infer Rest] ? Rest : never
  ) => {
    const read = readEnvelope(body, mapping, beside);
    return read.ok ? read.event.id : read.rejection.detail;
  };

  it("names an event by its message, where its producer has no ids, and needs neither source nor timestamp", () => {
    const beside = { messageId: "m-1", groupId: "g", attributes: { kind: "note" } };
    expect(readEnvelope(body, bare, beside)).toEqual({
      ok: true,
      payloadPointer: "",
      event: { id: "m-1", type: "note", version: "1.0", clientId: "client-1", key: "g", payload: body },
    });
  });

  it.each([
    [
      "the id of its first message, when it was redriven",
      { messageId: "m-2", attributes: { "evp-event-id": "m-1" } },
      "m-1",
    ],
    ["what the journal knows, where there is no message", { known: { id: "m-1" } }, "m-1"],
    ["what the journal knows, whatever message it is in now", { known: { id: "m-1" }, messageId: "m-2" }, "m-1"],
  ])("keeps %s", (_, beside, id) => {
    expect(idOf(bare, beside)).toBe(id);
  });

  it("takes the deduplication id for the event's, so that one sent again later is known", () => {
    expect(idOf({ ...bare, id: { from: "deduplicationId" } }, { messageId: "m-2", deduplicationId: "d-1" })).toBe(
      "d-1",
    );
  });

  it("prefers the body, then the attribute, then the queue", () => {
    const mapping = { ...bare, id: { pointer: "/text", attribute: "kind", from: "messageId" } } as const;
    expect(idOf(mapping, { messageId: "m-1", attributes: { kind: "a-1" } })).toBe("hello");
    expect(
      idOf({ ...mapping, id: { ...mapping.id, pointer: "/no" } }, { messageId: "m-1", attributes: { kind: "a-1" } }),
    ).toBe("a-1");
  });

  it("misses what a message on the queue lacks, and waits for it where there is none yet", () => {
    const mapping = { ...bare, id: { attribute: "id" } };
    expect(idOf(mapping, { messageId: "m-1", attributes: {} })).toBe("/id is missing");
    expect(idOf(mapping, undefined)).toBe("~");
  });
});

it("takes CloudEvents without a time, which is optional there", () => {
  const event = { specversion: "1.0", id: "1", source: "shop", type: "order", clientid: "client-1", data: {} };
  expect(readEnvelope(event, "cloudevents")).toMatchObject({ ok: true, event: { id: "1" } });
  const { source: _, ...without } = event;
  expect(readEnvelope(without, "cloudevents")).toMatchObject({ rejection: { detail: "/source is missing" } });
});

it("misses a timestamp that the mapping names", () => {
  const { origem: _, ...without } = order;
  expect(readEnvelope(without, { ...shop, timestamp: "/when", source: "/origem" })).toMatchObject({
    rejection: { detail: "/origem is missing; /when is missing" },
  });
});
