import { CreateQueueCommand } from "@aws-sdk/client-sqs";
import type { Bench, Section } from "../bench-context.js";
import { installFauxqs, withFauxqs } from "../emulators/fauxqs.js";
import { usageOf } from "../measure/process-usage.js";
import { median } from "../measure/statistics.js";
import { count } from "../report/format.js";
import { fill } from "../stack/fill.js";
import { withLocalStack } from "../stack/local-stack.js";
import { createClient, openQueue, type QueueAccess } from "../stack/queue-access.js";
import type { Workload } from "../workload.js";

const EMULATORS = ["evp's embedded stack", "fauxqs 2.4.1"] as const;
type Emulator = (typeof EMULATORS)[number];

interface EmulatorRun {
  sendsPerSecond: number;
  receivesPerSecond: number;
  peakRssMb: number;
}

const WORKLOAD: Workload = { clients: 1, groups: 100, bodyBytes: 500, delayMs: 0 };
const QUEUE = "bench.fifo";
const MESSAGES = 10_000;
const QUICK_MESSAGES = 3_000;
const RECEIVERS = 4;

/** How fast the embedded stack's queues are by themselves, beside the other emulator that keeps its messages. */
export async function measureEmulators(bench: Bench): Promise<Section> {
  await installFauxqs();
  const runs: Record<Emulator, EmulatorRun[]> = { "evp's embedded stack": [], "fauxqs 2.4.1": [] };
  for (let index = 0; index < bench.runs; index++) {
    runs["evp's embedded stack"].push(await withLocalStack(1, (stack) => runOnce(bench, stack)));
    runs["fauxqs 2.4.1"].push(await withFauxqs((fauxqs) => runOnce(bench, fauxqs)));
  }
  const rows = EMULATORS.map((emulator) => {
    const of = (figure: (run: EmulatorRun) => number) => count(median(runs[emulator].map(figure)));
    return [emulator, of((run) => run.sendsPerSecond), of((run) => run.receivesPerSecond), of((run) => run.peakRssMb)];
  });
  return {
    title: "The embedded stack's queues by themselves",
    notes: [
      "A FIFO queue with 100 groups, messages of 0.5 KB, batches of ten, four calls at a time, messages kept in a file: messages sent a second, then received and deleted a second.",
    ],
    tables: [{ columns: ["", "sends/s", "receives + deletes/s", "peak RSS MB"], rows }],
    data: runs,
  };
}

async function runOnce(bench: Bench, { endpoint, pid }: { endpoint: string; pid: number }): Promise<EmulatorRun> {
  const sqs = createClient(endpoint);
  const messages = bench.isQuick ? QUICK_MESSAGES : MESSAGES;
  try {
    const Attributes = {
      FifoQueue: "true",
      DeduplicationScope: "messageGroup",
      FifoThroughputLimit: "perMessageGroupId",
    };
    await sqs.send(new CreateQueueCommand({ QueueName: QUEUE, Attributes }));
    const queue = await openQueue(sqs, QUEUE);
    const sendsPerSecond = await ratePerSecond(messages, () =>
      fill(queue, WORKLOAD, { run: bench.nextRun(), to: messages }),
    );
    const receivesPerSecond = await ratePerSecond(messages, () => takeAll(queue, messages));
    bench.say(`${endpoint}: ${count(sendsPerSecond)} sends/s, ${count(receivesPerSecond)} receives + deletes/s`);
    return { sendsPerSecond, receivesPerSecond, peakRssMb: usageOf(pid).peakRssBytes / 1024 ** 2 };
  } finally {
    sqs.destroy();
  }
}

async function ratePerSecond(messages: number, work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (messages * 1000) / (performance.now() - startedAt);
}

async function takeAll(queue: QueueAccess, messages: number): Promise<void> {
  let taken = 0;
  const receive = async () => {
    while (taken < messages) {
      const received = await queue.receive(0);
      taken += received.length;
      if (received.length > 0) await queue.delete(received);
    }
  };
  await Promise.all(Array.from({ length: RECEIVERS }, receive));
}
