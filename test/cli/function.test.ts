import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { execa } from "execa";
import { describe, expect, it, onTestFinished } from "vitest";
import { audit } from "../chaos/audit.js";
import { CALL_LIVES_MS, chaosConfig } from "../chaos/chaos-config.js";
import { createChaosHome } from "../chaos/chaos-home.js";
import { drawMessages } from "../chaos/event-mix.js";
import { createFaultPlan } from "../chaos/fault-plan.js";
import { openFaultProxy } from "../chaos/fault-proxy.js";
import { findFreePort } from "../chaos/loopback.js";
import { sendMessages } from "../chaos/producer.js";
import { createPublishLedger } from "../chaos/publish-ledger.js";
import { createRandom } from "../chaos/seeded-random.js";
import { connectTo, countMessages, readStack } from "../chaos/stack-contents.js";
import { INGRESS_QUEUE } from "../chaos/stack-names.js";
import { createWaiting } from "../chaos/waiting.js";
import { mapQueue } from "../factories/event-source-mapping.js";
import { createEvpHome } from "../factories/evp-home.js";
import { type FunctionContainer, startContainer } from "../factories/function-container.js";

interface Exported {
  folder: string;
  bytes: number;
  files: { file: string }[];
}

const MAX_BYTES = 5 * 1024 ** 2;

describe("evp export function", () => {
  it("packs the bundle, the config and the schemas that it names, and nothing that leads to the embedded stack", async () => {
    const home = await createEvpHome({
      targets: { local: { port: 4599 }, test: { endpointUrl: "http://127.0.0.1:1" } },
      schemas: { folder: "own", types: { order: "orders.json" }, default: "any.json" },
    });
    await mkdir(join(home.folder, "own", "refund"), { recursive: true });
    for (const file of ["own/refund/1.0.json", "orders.json", "any.json"])
      await writeFile(join(home.folder, file), "{}");
    const exported = await home.json<Exported>(["export", "function", "--stack", "orders", "--out", "out/fn"]);
    const schema = await readFile(resolve(import.meta.dirname, "../../schemas/output/export-function.json"), "utf8");
    expect(new Ajv2020().validate(JSON.parse(schema), exported)).toBe(true);
    expect(exported.files.map(({ file }) => file)).toEqual([
      "evp.config.json",
      "index.cjs",
      "schemas/config.json",
      "schemas/default.json",
      "schemas/events/refund/1.0.json",
      "schemas/types/order.json",
    ]);
    expect(exported.bytes).toBeLessThan(MAX_BYTES);
    expect(JSON.parse(await readFile(join(home.folder, "out/fn/evp.config.json"), "utf8"))).toEqual({
      stack: "orders",
      target: "aws",
      targets: { test: { endpointUrl: "http://127.0.0.1:1" } },
      schemas: {
        folder: "schemas/events",
        types: { order: "schemas/types/order.json" },
        default: "schemas/default.json",
      },
    });
    // Once more: it replaces what it wrote.
    await home.json(["export", "function", "--out", "out/fn"]);
  });

  it("leaves a folder alone that holds something else", async () => {
    const home = await createEvpHome();
    const { exitCode, stderr } = await home.run(["export", "function", "--out", "."]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("evp.config.json");
    expect(await readFile(join(home.folder, "evp.config.json"), "utf8")).toBe("{}");
  });

  it("packs nothing that would fail every batch: a schema that does not compile", async () => {
    const home = await createEvpHome({ schemas: { default: "any.json" } });
    await writeFile(join(home.folder, "any.json"), '{"type":"nothing"}');
    const { exitCode, stderr } = await home.run(["export", "function"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("any.json");
  });
});

const EVP = resolve(import.meta.dirname, "../../bin/evp.js");
const MESSAGES = 1_000;
/** The queue's own visibility timeout, which is as long as a function may take. */
const TIMEOUT_MS = 5_000;
const DRAINED_WITHIN_MS = 180_000;
/** On a machine that is busy with other things, too. */
const TROUBLE_WITHIN_MS = 60_000;

it(`${MESSAGES} events through the packed function, whose calls fail by chance, while a topic and the store are down, and while it is killed: each has its outcome once, in the order of its group`, async () => {
  const home = await createChaosHome(chaosConfig(100, await findFreePort()));
  const plan = createFaultPlan({ seed: 7, intensity: 0.2, maxDelayMs: 200 });
  const ledger = createPublishLedger({ now: () => performance.now(), callLivesMs: CALL_LIVES_MS });
  const proxy = await openFaultProxy({ upstream: home.endpoint, plan, ledger });
  const stack = connectTo(home.endpoint());
  const stop = new AbortController();
  const containers: FunctionContainer[] = [];
  onTestFinished(async () => {
    stop.abort();
    for (const container of containers) container.kill();
    stack.destroy();
    await home.end();
    await proxy.close();
    await home.remove();
  });
  const folder = join(home.folder, "packed");
  await execa(process.execPath, [EVP, "export", "function", "--out", folder], { cwd: home.folder });
  const sent = await sendMessages({
    stack: () => stack,
    messages: drawMessages(createRandom(7, "events"), MESSAGES, "f"),
    pauseMs: 0,
  });
  const tally = { batches: 0, partly: 0, unanswered: 0, findings: [] };
  const start = async () => {
    const url = await proxy.openDoor(`function ${containers.length + 1}`);
    const container = startContainer(join(folder, "index.cjs"), {
      AWS_ENDPOINT_URL: url,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
    });
    containers.push(container);
    return container;
  };
  const queueUrl = await stack.queueUrl(INGRESS_QUEUE);
  const options = { sqs: stack.sqs, queueUrl, startContainer: start, timeoutMs: TIMEOUT_MS, tally, stop: stop.signal };
  const mappings = [1, 2, 3].map(() => mapQueue(options));

  const topic = { service: "sns", resource: "evp-client-2.fifo" } as const;
  const store = { service: "dynamodb", resource: "evp-events" } as const;
  const { until } = createWaiting(stop.signal);
  const batches = (more: number) => {
    const wanted = tally.batches + more;
    return until(TROUBLE_WITHIN_MS, () => tally.batches >= wanted);
  };
  await batches(5);
  plan.takeDown(topic, "error");
  for (let kill = 0; kill < 4; kill++) {
    await batches(3);
    containers.findLast((container) => !container.isGone())?.kill();
  }
  plan.takeDown(store, "throttle");
  await batches(3);
  plan.bringUp(store);
  await until(TROUBLE_WITHIN_MS, () => tally.partly > 0);
  plan.bringUp(topic);
  plan.calm();
  let empty = 0;
  const isDrained = await until(DRAINED_WITHIN_MS, async () => {
    empty = (await countMessages(stack, INGRESS_QUEUE)) === 0 ? empty + 1 : 0;
    return empty >= 3;
  });
  stop.abort();
  await Promise.all(mappings);
  expect(isDrained).toBe(true);
  // A first contact that fails is thrown; no defect is.
  const errors = containers.flatMap((container) => container.errors);
  expect(errors.filter((error) => !error.startsWith("CallError: "))).toEqual([]);
  expect(tally.findings).toEqual([]);
  expect(tally.partly).toBeGreaterThan(0);
  expect(tally.unanswered).toBeGreaterThan(0);
  const { findings, outcomes } = audit(sent, await readStack(stack));
  expect(findings).toEqual([]);
  expect(ledger.verdict().findings).toEqual([]);
  expect(outcomes.published).toBeGreaterThan(MESSAGES / 2);
  expect(outcomes.rejected).toBeGreaterThan(100);
  expect(outcomes.duplicate).toBeGreaterThan(10);
}, 360_000);
