import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";
import { Admin, Producer } from "@platformatic/kafka";
import { execa } from "execa";
import { startKafka } from "./node/kafka-node.js";

/**
 * `npm run bench:kafka`: events/s from a Kafka topic, and from a file of the same events, to the clients' queues on the embedded stack,
 * with one `evp process` beside the ingest. Each way has a stack of its own; the runs take turns.
 */
const { values } = parseArgs({
  options: { events: { type: "string", default: "20000" }, runs: { type: "string", default: "3" } },
});
const [EVENTS, RUNS] = [Number(values.events), Number(values.runs)];
const EVP = resolve(import.meta.dirname, "../../bin/evp.js");
const CLIENTS = ["client-1", "client-3"];
const GROUPS = 100;
const PARTITIONS = 4;
const PRODUCED_AT_ONCE = 1_000;
const LOOK_EVERY_MS = 50;

interface Figures {
  /** Onto the ingress queue. */
  ingested: number;
  /** From the first command to the last event on a client's queue. */
  delivered: number;
}

async function main(): Promise<void> {
  const kafka = await startKafka();
  try {
    const address = kafka.addresses.plain;
    const bodies = Array.from({ length: EVENTS }, (_, index) => eventAt(index));
    await produce(address, bodies);
    const figures: Record<string, Figures[]> = { "ingest kafka": [], "ingest file": [] };
    for (let run = 1; run <= RUNS; run++) {
      const kafkaArgs = ["kafka", "--brokers", address, "--topic", "figure", "--group", `run-${run}`];
      figures["ingest kafka"]?.push(await measure(bodies, [...kafkaArgs, "--from-beginning", "--drain"]));
      figures["ingest file"]?.push(await measure(bodies, ["file", "events.ndjson"]));
    }
    process.stdout.write(`${EVENTS} events, ${GROUPS} groups, medians of ${RUNS} runs\n\n`);
    process.stdout.write("| | onto the ingress queue, events/s | to the clients' queues, events/s |\n|---|---|---|\n");
    for (const [name, all] of Object.entries(figures)) {
      const [ingested, delivered] = [median(all.map((one) => one.ingested)), median(all.map((one) => one.delivered))];
      process.stdout.write(`| ${name} | ${ingested} | ${delivered} |\n`);
    }
  } finally {
    await kafka.remove();
  }
}

/** One way, on a stack of its own. */
async function measure(bodies: string[], args: string[]): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), "evp-figure-"));
  const options = { cwd: folder, env: { HOME: folder } };
  let processor: ChildProcess | undefined;
  try {
    await writeFile(join(folder, "evp.config.json"), "{}");
    await writeFile(join(folder, "events.ndjson"), `${bodies.join("\n")}\n`);
    await execa(process.execPath, [EVP, "init"], options);
    processor = spawn(process.execPath, [EVP, "process", "--quiet"], {
      ...options,
      env: { ...process.env, ...options.env },
      stdio: "ignore",
    });
    const { stdout } = await execa(process.execPath, [EVP, "local", "status", "--json"], options);
    const { endpoint }: { endpoint: string } = JSON.parse(stdout);
    const startedAt = performance.now();
    await execa(process.execPath, [EVP, "ingest", ...args], options);
    const ingested = ratePerSecond(startedAt);
    await untilDelivered(endpoint);
    return { ingested, delivered: ratePerSecond(startedAt) };
  } finally {
    if (processor !== undefined) await stop(processor);
    await execa(process.execPath, [EVP, "local", "stop"], { ...options, reject: false });
    await rm(folder, { recursive: true, force: true });
  }
}

async function untilDelivered(endpoint: string): Promise<void> {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const sqs = new SQSClient({ endpoint, region: "us-east-1", credentials, useQueueUrlAsEndpoint: false });
  const depthOf = async (client: string) => {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: `evp-${client}.fifo` }));
    const asked = { QueueUrl, AttributeNames: ["ApproximateNumberOfMessages" as const] };
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand(asked));
    return Number(Attributes?.ApproximateNumberOfMessages);
  };
  for (;;) {
    const depths = await Promise.all(CLIENTS.map(depthOf));
    if (depths.reduce((total, depth) => total + depth) === EVENTS) break;
    await delay(LOOK_EVERY_MS);
  }
  sqs.destroy();
}

async function produce(address: string, bodies: string[]): Promise<void> {
  const client = { clientId: "figure", bootstrapBrokers: [address] };
  const [admin, producer] = [new Admin(client), new Producer(client)];
  await admin.createTopics({ topics: ["figure"], partitions: PARTITIONS, replicas: 1 });
  for (let at = 0; at < bodies.length; at += PRODUCED_AT_ONCE) {
    const messages = bodies.slice(at, at + PRODUCED_AT_ONCE).map((body, place) => ({
      topic: "figure",
      partition: ((at + place) % GROUPS) % PARTITIONS,
      value: Buffer.from(body),
    }));
    await producer.send({ messages });
  }
  await Promise.all([admin.close(), producer.close()]);
}

function eventAt(index: number): string {
  const key = `account-${index % GROUPS}`;
  return JSON.stringify({
    id: `event-${index}`,
    type: "transaction",
    clientId: CLIENTS[(index % GROUPS) % CLIENTS.length],
    source: "checkout",
    timestamp: "2026-11-21T10:00:00Z",
    key,
    payload: { transactionId: `t-${index}`, amount: 12, currency: "EUR", note: "x".repeat(200) },
  });
}

function ratePerSecond(startedAt: number): number {
  return Math.round((EVENTS * 1000) / (performance.now() - startedAt));
}

function median(values: number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

async function stop(processor: ChildProcess): Promise<void> {
  const ended = once(processor, "exit");
  processor.kill("SIGTERM");
  await ended;
}

await main();
