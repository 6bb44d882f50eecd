import type { Examine } from "../../core/examine.js";
import type { Settings } from "../../core/settings.js";
import type { Clock } from "../../ports/clock.js";
import type { StackConnection } from "../../ports/stack-connection.js";
import { allowTypes } from "../client-permissions.js";
import { listDeadLetters } from "../dlq/list-dead-letters.js";
import { redriveDeadLetters } from "../dlq/redrive-dead-letters.js";
import { initStack } from "../init.js";
import type { ProcessSummary } from "../process/events.js";
import { runProcessor } from "../process/processor.js";
import { type CheckEvent, sendEvents } from "../send/send-events.js";
import type { SendReport } from "../send/send-report.js";
import { consumeClient } from "../tail/consume-client.js";
import { DELIVERED, DEMO_EVENTS, REFUSED_AT_FIRST } from "./demo-events.js";

export interface DemoPorts {
  connection: StackConnection;
  settings: Settings;
  clock: Clock;
  /** With schemas, as the processor judges. */
  examine: Examine;
  /** As a sender checks its own events. */
  check: CheckEvent;
  newUuid: () => string;
  signal: AbortSignal;
}

/** A line of the demo: the title of a chapter, or something that was looked at and is as it should be, or is not. */
export type DemoLine = { title: string } | { text: string; holds: boolean };

/** Long enough that everything published is on the clients' queues, and that nothing more comes. */
const QUIET_MS = 300;

/** The whole story of evp on an empty stack. Each line that it yields was checked on the stack itself. */
export async function* runDemo(ports: DemoPorts): AsyncGenerator<DemoLine> {
  yield { title: "A stack (evp init)" };
  yield* createStack(ports);
  yield { title: "Events onto one queue (evp send)" };
  yield* send(ports);
  yield { title: "Each one validated, stored and published, or rejected with its reason (evp process)" };
  const summary = await process(ports);
  yield* checkSummary(summary);
  yield { title: "What each client got on its own queue (evp tail client-1 --consume)" };
  yield* checkDelivered(ports);
  yield { title: "What failed, and why (evp dlq list)" };
  yield* checkDeadLetters(ports);
  yield { title: "Mended and sent again (evp client allow, evp dlq redrive)" };
  yield* mend(ports);
}

async function* createStack({ connection, settings, clock }: DemoPorts): AsyncGenerator<DemoLine> {
  const { resources } = await initStack({ connection, clock }, settings, { dryRun: false });
  const created = resources.filter(({ action }) => action === "created").length;
  const count = (kind: string) => resources.filter((resource) => resource.kind === kind).length;
  const kinds = `${count("queue")} queues, ${count("topic")} topics, ${count("table")} tables, ${count("client")} clients`;
  yield { text: `created ${created} resources: ${kinds} and what connects them`, holds: created > 0 };
  const again = await initStack({ connection, clock }, settings, { dryRun: false });
  const changed = again.resources.filter(({ action }) => action === "created" || action === "updated");
  yield { text: "run again, it changes nothing", holds: changed.length === 0 };
}

async function* send(ports: DemoPorts): AsyncGenerator<DemoLine> {
  const { connection, clock, check, newUuid, settings, signal } = ports;
  const sendPorts = { ingress: connection.ingress, journal: connection.journal, clock, check, newUuid };
  const options = { mapping: settings.envelope, keepEvents: true, signal };
  const report = await sendEvents(sendPorts, { kind: "fixture", fixture: DEMO_EVENTS }, options);
  const { length } = DEMO_EVENTS.events;
  yield {
    text: `sent ${report.sent} messages; four of them are about one account, and must stay in order`,
    holds: report.sent === length,
  };
  const dropped = report.sent - distinctMessages(report);
  yield { text: `the queue dropped ${dropped} that repeated another's deduplication id`, holds: dropped === 1 };
}

function distinctMessages({ events }: SendReport): number {
  return new Set(events.map(({ messageId }) => messageId)).size;
}

async function process({ connection, settings, clock, examine, signal }: DemoPorts): Promise<ProcessSummary> {
  return runProcessor({ connection, settings, clock, examine, drain: true, stop: signal, force: signal });
}

function* checkSummary({ received, published, rejected, duplicates }: ProcessSummary): Generator<DemoLine> {
  const expected = { published: 5, rejected: 4, duplicates: 1 };
  const text = `took ${received} messages: ${published} published, ${rejected} rejected, ${duplicates} duplicate`;
  const isExpected =
    published === expected.published && rejected === expected.rejected && duplicates === expected.duplicates;
  yield { text, holds: isExpected };
  const ended = published + rejected + duplicates;
  const onQueue = DEMO_EVENTS.events.filter(({ expect }) => expect.outcome !== "deduplicated").length;
  yield { text: "each ended as exactly one of the three", holds: ended === onQueue };
}

async function* checkDelivered(ports: DemoPorts): AsyncGenerator<DemoLine> {
  const clientIds = Object.keys(DELIVERED);
  const received = await Promise.all(clientIds.map((clientId) => readQueue(ports, clientId)));
  for (const [index, clientId] of clientIds.entries()) {
    const notes = received[index] ?? [];
    const wanted = DELIVERED[clientId] ?? [];
    const order = wanted.length > 1 ? ", in the order in which they were sent" : "";
    yield { text: `${clientId}: ${notes.join(", ") || "nothing"}${order}`, holds: notes.join() === wanted.join() };
  }
}

/** Everything on a client's queue, taken as the client would take it: the notes in the payloads. */
async function readQueue({ connection, clock, signal }: DemoPorts, clientId: string): Promise<string[]> {
  const { clients } = connection;
  const ports = { clients, clock, queue: (name: string) => connection.queue(name) };
  const notes: string[] = [];
  const records = consumeClient(ports, { clientId, idleTimeoutMs: QUIET_MS, signal });
  for await (const { body } of records) notes.push(String(JSON.parse(body).payload.note));
  return notes;
}

async function* checkDeadLetters(ports: DemoPorts): AsyncGenerator<DemoLine> {
  const letters = await listLetters(ports);
  const wanted = DEMO_EVENTS.events.flatMap(({ expect }) => expect.reason ?? []);
  for (const { clientId, reason, detail } of letters) {
    yield {
      text: `${reason}: ${detail} (${clientId ?? "no client"})`,
      holds: wanted.includes(reason as (typeof wanted)[number]),
    };
  }
  yield {
    text: `the DLQ holds these ${letters.length} and no other`,
    holds: await isDeadLetterCount(ports, wanted.length),
  };
}

function listLetters({ connection, examine, clock, signal }: DemoPorts) {
  const { journal, deadLetters } = connection;
  return listDeadLetters({ journal, deadLetters, examine, clock }, { signal });
}

async function isDeadLetterCount({ connection }: DemoPorts, count: number): Promise<boolean> {
  const { visible, inFlight, delayed } = await connection.deadLetters.depth();
  return visible + inFlight + delayed === count;
}

async function* mend(ports: DemoPorts): AsyncGenerator<DemoLine> {
  const { connection, settings, clock, examine, newUuid, signal } = ports;
  const { clientId, type, note } = REFUSED_AT_FIRST;
  const { allowedTypes } = await allowTypes({ clients: connection.clients, clock }, clientId, [type]);
  yield { text: `${clientId} may now have ${type}`, holds: allowedTypes.includes(type) };
  const { ingress, deadLetters, journal, clients } = connection;
  const redrivePorts = { ingress, deadLetters, journal, clients, examine, clock, holder: newUuid() };
  const options = { filter: {}, retentionDays: settings.journal.retentionDays, signal };
  const { redriven, stillInvalid } = await redriveDeadLetters(redrivePorts, options);
  yield {
    text: `redriven: ${redriven}; would be rejected again, and stay where they are: ${stillInvalid}`,
    holds: redriven === 1 && stillInvalid === 3,
  };
  const { published } = await process(ports);
  const notes = await readQueue(ports, clientId);
  yield {
    text: `${clientId} got what it was refused before: ${notes.join(", ") || "nothing"}`,
    holds: published === 1 && notes.join() === note,
  };
  yield { text: "the other three are still on the DLQ", holds: await isDeadLetterCount(ports, 3) };
}
