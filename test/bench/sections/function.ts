import { execFile } from "node:child_process";
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Message } from "@aws-sdk/client-sqs";
import type { SqsEvent } from "../../../src/function/sqs-event.js";
import type { Bench, Section } from "../bench-context.js";
import { median } from "../measure/statistics.js";
import { bundled } from "../processes/bundled.js";
import { environment, runEvp } from "../processes/evp.js";
import { decimal } from "../report/format.js";
import { fill } from "../stack/fill.js";
import { withLocalStack } from "../stack/local-stack.js";
import { BATCH_SIZE, createClient, openQueue, type QueueAccess } from "../stack/queue-access.js";
import { INGRESS_QUEUE } from "../workload.js";

const CONTAINERS = 10;
const BATCHES = 20;
const QUICK = { containers: 3, batches: 5 };
const WORKLOAD = { clients: 1, groups: 100, bodyBytes: 500, delayMs: 0 };

interface Run {
  /** The module alone. */
  loadMs: number;
  /** The first is the cold one: it waits for the schemas and opens the connections. */
  batchMs: number[];
  failures: number;
}

/** How long the function takes to load, and for a batch of ten, cold and warm; each container is a fresh process. */
export function measureFunction(bench: Bench): Promise<Section> {
  const { containers, batches } = bench.isQuick ? QUICK : { containers: CONTAINERS, batches: BATCHES };
  return withLocalStack(1, async ({ home, endpoint }) => {
    await runEvp(home, ["export", "function", "--out", "function"]);
    const bundle = join(home, "function", "index.cjs");
    const sqs = createClient(endpoint);
    const ingress = await openQueue(sqs, INGRESS_QUEUE, { MessageSystemAttributeNames: ["All"] });
    const runs: Run[] = [];
    for (let container = 0; container < containers; container++) {
      await fill(ingress, WORKLOAD, { run: bench.nextRun(), to: batches * BATCH_SIZE });
      const taken = await takeBatches(ingress, batches);
      const file = join(home, "batches.json");
      await writeFile(file, JSON.stringify(taken.map(toEvent)));
      const run = await runContainer(bundle, file, home, endpoint);
      if (run.failures > 0) throw new Error(`${run.failures} messages were to come again`);
      runs.push(run);
      for (const messages of taken) await ingress.delete(messages);
    }
    sqs.destroy();
    return sectionOf(runs, (await stat(bundle)).size);
  });
}

async function takeBatches(ingress: QueueAccess, batches: number): Promise<Message[][]> {
  const taken: Message[][] = [];
  while (taken.length < batches) taken.push(await ingress.receive(1));
  return taken;
}

function toEvent(messages: Message[]): SqsEvent {
  const Records = messages.map(({ MessageId = "", ReceiptHandle = "", Body = "", Attributes = {} }) => ({
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: Attributes,
  }));
  return { Records };
}

async function runContainer(bundle: string, file: string, home: string, endpoint: string): Promise<Run> {
  const env = {
    ...environment(home),
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
  };
  const { stdout } = await promisify(execFile)(process.execPath, [bundled("function"), bundle, file], { env });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}

function sectionOf(runs: Run[], bytes: number): Section {
  const of = (figure: (run: Run) => number) => decimal(median(runs.map(figure)), 0);
  const warm = runs.flatMap(({ batchMs }) => batchMs.slice(1));
  const rows = [
    ["module load", of(({ loadMs }) => loadMs)],
    ["first batch of 10", of(({ batchMs }) => batchMs[0] ?? 0)],
    ["load and first batch", of(({ loadMs, batchMs }) => loadMs + (batchMs[0] ?? 0))],
    ["a later batch of 10", decimal(median(warm), 1)],
  ];
  const notes = [
    `The packed function (one file of ${decimal(bytes / 1024 ** 2, 1)} MB) in ${runs.length} fresh processes, on the embedded stack; medians.`,
  ];
  return { title: "As a Lambda function", notes, tables: [{ columns: ["", "ms"], rows }], data: { bytes, runs } };
}
