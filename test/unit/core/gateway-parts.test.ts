import { describe, expect, it } from "vitest";
import { readIdempotencyKey } from "../../../src/core/idempotency-key.js";
import { decideProducer, onlyOne } from "../../../src/core/producer-permission.js";
import { liveSecrets, readSecrets, writeSecrets } from "../../../src/core/producer-secret.js";
import { fullBucket, refilled, takeTokens } from "../../../src/core/token-bucket.js";
import { tokenOf } from "../../../src/core/token-claims.js";
import { wrapEvent } from "../../../src/core/wrap-event.js";
import { producerRecord } from "../../doubles/memory-producers.js";

describe("a token bucket", () => {
  const limit = { rate: 10, burst: 20 };

  it("is filled again at its rate, and never beyond what it holds", () => {
    expect(refilled({ tokens: 0, at: 0 }, limit, 500)).toEqual({ tokens: 5, at: 500 });
    expect(refilled({ tokens: 19, at: 0 }, limit, 5000)).toEqual({ tokens: 20, at: 5000 });
    expect(refilled({ tokens: 3, at: 1000 }, limit, 0)).toEqual({ tokens: 3, at: 0 });
  });

  it("lets more pass than it holds, and makes the next wait for it", () => {
    const first = takeTokens(fullBucket(limit, 0), limit, 100, 0);
    expect(first).toEqual({ ok: true, bucket: { tokens: -80, at: 0 } });
    expect(takeTokens(first.bucket, limit, 1, 0)).toMatchObject({ ok: false, retryAfterMs: 8100 });
    expect(takeTokens(first.bucket, limit, 1, 8100)).toMatchObject({ ok: true });
  });
});

it.each([
  ["Bearer abc.d-e_f", "abc.d-e_f"],
  ["bearer   abc", "abc"],
  ["abc.def", "abc.def"],
  ["Basic abc", undefined],
  ["Bearer a b", undefined],
  ["Bearer", "Bearer"],
  ["", undefined],
  [undefined, undefined],
])("the token of %j is %j", (header, token) => {
  expect(tokenOf(header)).toBe(token);
});

it.each([
  ["a", "a"],
  ['"a-1"', "a-1"],
  ["a b", undefined],
  ["", undefined],
  ["x".repeat(129), undefined],
])("the idempotency key of %j is %j", (header, key) => {
  expect(readIdempotencyKey(header)).toBe(key);
});

describe("what a producer may send", () => {
  const wanted = { clientId: "c", type: "t" };
  it.each([
    [["*"], ["*"], true],
    [["c"], ["t"], true],
    [["d"], ["*"], false],
    [["*"], ["u"], false],
    [[], ["*"], false],
    [["C"], ["*"], false],
  ])("for clients %j of types %j: %j", (allowedClients, allowedTypes, allowed) => {
    expect(decideProducer(producerRecord("p", { allowedClients, allowedTypes }), wanted).allowed).toBe(allowed);
  });

  it("is one thing only where it is bound to one", () => {
    expect([["a"], ["a", "b"], ["*"], []].map(onlyOne)).toEqual(["a", undefined, undefined, undefined]);
  });
});

it("secrets are kept as they are, what is none of them is left out, and what has ended does not do", () => {
  const secrets = [
    { salt: "00", hash: "ff", createdAt: 1 },
    { salt: "01", hash: "fe", createdAt: 2, expiresAt: 10 },
  ];
  expect(readSecrets(writeSecrets(secrets))).toEqual(secrets);
  expect(readSecrets('[{"salt":1},null,"x"]')).toEqual([]);
  expect(["", "{}", "nonsense"].map(readSecrets)).toEqual([[], [], []]);
  expect([9, 10].map((now) => liveSecrets({ secrets }, now).length)).toEqual([2, 1]);
});

describe("a wrapped body", () => {
  const facts = {
    producer: producerRecord("p", { allowedClients: ["c"], allowedTypes: ["t"] }),
    key: undefined,
    idempotencyKey: undefined,
    index: undefined,
    now: Date.UTC(2026, 10, 21, 10),
    newUuid: () => "a-uuid",
  };

  it("stands in the event as it is", () => {
    expect(wrapEvent('{ "a": 1.0 }', {}, facts)).toBe(
      '{"id":"a-uuid","type":"t","version":"1.0","clientId":"c","source":"p","timestamp":"2026-11-21T10:00:00.000Z","payload":{ "a": 1.0 }}',
    );
  });

  it("under a key that tells no time is of 1970, so that it is the same event whenever it comes", () => {
    const event = JSON.parse(wrapEvent("{}", {}, { ...facts, idempotencyKey: "order-1", index: 3 }));
    expect(event).toMatchObject({ id: "p.order-1.3", timestamp: "1970-01-01T00:00:00.000Z" });
  });

  it("has an id and a key that fit", () => {
    const long = "x".repeat(128);
    const event = JSON.parse(wrapEvent("{}", {}, { ...facts, idempotencyKey: long, key: long }));
    expect([event.id.length, event.key.length]).toEqual([22, 22]);
  });
});
