import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { createProcessLog } from "../../../src/ui/log.js";

const MESSAGE = {
  messageId: "m-1",
  groupId: "client-1#a",
  correlationId: "4bf92f3577b34da6a3ce929d0e0e4736",
  eventId: "e-1",
  clientId: "client-1",
  type: "transaction",
};

function logOf(level: "debug" | "info") {
  const written: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk.toString());
      done();
    },
  });
  const { listener } = createProcessLog(stream, level);
  return { listener, lines: () => written.map((line) => JSON.parse(line)) };
}

test("each outcome is one line of JSON with the correlation id", () => {
  const { listener, lines } = logOf("info");
  listener("event:published", { ...MESSAGE, latencyMs: 12 });
  listener("event:rejected", { ...MESSAGE, reason: "too-large", detail: "300000 bytes" });
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
  expect(lines()).toEqual([
    { level: "info", time, msg: "published", ...MESSAGE, latencyMs: 12 },
    { level: "info", time, msg: "rejected", ...MESSAGE, reason: "too-large", detail: "300000 bytes" },
  ]);
});

test("what needs attention is a warning", () => {
  const { listener, lines } = logOf("info");
  listener("group:released", { groupId: "g", messages: 3, delaySeconds: 30, why: "the topic does not answer" });
  expect(lines()).toMatchObject([{ level: "warn", msg: "group released", groupId: "g", delaySeconds: 30 }]);
});

test("receives are told only when asked for", () => {
  const quiet = logOf("info");
  quiet.listener("messages:received", { count: 10, limit: 10, oldestSentAt: undefined });
  expect(quiet.lines()).toEqual([]);
  const verbose = logOf("debug");
  verbose.listener("messages:received", { count: 10, limit: 10, oldestSentAt: undefined });
  expect(verbose.lines()).toMatchObject([{ level: "debug", msg: "received", count: 10 }]);
});
