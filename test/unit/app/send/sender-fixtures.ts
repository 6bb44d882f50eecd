import { type SendOptions, type SendSource, sendEvents } from "../../../../src/app/send/send-events.js";
import { parseFixture } from "../../../../src/core/fixture.js";
import { createInstantClock } from "../../../doubles/instant-clock.js";
import { createMemoryJournal } from "../../../doubles/memory-journal.js";
import { createMemoryQueues } from "../../../doubles/memory-queues.js";
import { createEnvelopeExaminer } from "../../../doubles/stack-schemas.js";

/** A sender with an empty queue and journal; ids are uuid-1, uuid-2, … */
export function setUpSender() {
  const clock = createInstantClock();
  const ingress = createMemoryQueues(clock)("ingress.fifo");
  const journal = createMemoryJournal();
  const examine = createEnvelopeExaminer();
  let uuids = 0;
  const ports = {
    ingress,
    journal,
    clock,
    check(body: string) {
      const examined = examine({ body, attributes: {}, receivedAt: clock.now() });
      return examined.ok ? { ok: true as const, envelope: examined.event } : examined;
    },
    newUuid: () => `uuid-${++uuids}`,
  };
  const send = (source: SendSource, options: Partial<SendOptions> = {}) =>
    sendEvents(ports, source, { mapping: "evp", keepEvents: true, ...options });
  const sentIds = () => ingress.contents.map(({ body }) => JSON.parse(body).id as string);
  return { clock, ingress, journal, ports, send, sentIds };
}

export function fileOf(...lines: string[]): SendSource {
  return { kind: "file", name: "events.ndjson", open: () => bytesOf(lines) };
}

export function streamOf(...lines: string[]): SendSource {
  return { kind: "stream", name: "stdin", chunks: bytesOf(lines) };
}

async function* bytesOf(lines: string[]) {
  for (const line of lines) yield Buffer.from(`${line}\n`);
}

export function fixtureOf(...events: object[]): SendSource {
  return { kind: "fixture", fixture: parseFixture("test", JSON.stringify({ description: "a test", events })) };
}
