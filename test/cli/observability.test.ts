import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { describe, expect, it, onTestFinished } from "vitest";
import type { HealthReport } from "../../src/app/metrics/health.js";
import { startBreakableProxy } from "../factories/breakable-proxy.js";
import { eventBody } from "../factories/events.js";
import { createEvpHome, type EvpHome } from "../factories/evp-home.js";
import { startOtlpReceiver } from "../factories/otlp-receiver.js";
import { assertFits } from "../factories/output-document.js";
import { parsePrometheusText, sampleValue } from "../factories/prometheus-text.js";

const EVP = resolve(import.meta.dirname, "../../bin/evp.js");
const CONFIG = { ingress: { visibilitySeconds: 20 }, process: { callTimeoutMs: 3000 } };
const UNTIL = { timeout: 40_000 };
const TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
const PRODUCER = "00f067aa0ba902b7";

/** A processor at work, with what it has said so far. */
function startEvp(home: EvpHome, args: string[], env: Record<string, string> = {}) {
  const child = execa(process.execPath, [EVP, ...args], {
    cwd: home.folder,
    reject: false,
    stdin: "ignore",
    env: { HOME: home.folder, NO_COLOR: "1", AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", ...env },
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return { child, said: () => said, exitCode: child.then(({ exitCode }) => exitCode) };
}

/** A processor that answers by HTTP. */
async function startServed(home: EvpHome, args: string[] = [], env: Record<string, string> = {}) {
  const running = startEvp(home, ["process", "--http", "0", ...args], env);
  const urlOf = () => /http:\/\/127\.0\.0\.1:\d+/.exec(running.said())?.[0] ?? "";
  await expect.poll(urlOf, UNTIL).not.toBe("");
  const url = urlOf();
  return {
    ...running,
    url,
    async health(path = "/health") {
      const response = await fetch(`${url}${path}`);
      return { code: response.status, ...((await response.json()) as HealthReport) };
    },
    /** 0 where there is none yet. */
    async metric(name: string, labels: Record<string, string> = {}) {
      const families = parsePrometheusText(await (await fetch(`${url}/metrics`)).text());
      try {
        return sampleValue(families, name, labels);
      } catch {
        return 0;
      }
    },
  };
}

function event(id: string): string {
  return eventBody({ id, key: id, payload: { transactionId: "t", amount: 1, currency: "BRL" } });
}

async function sendEvents(home: EvpHome, bodies: string[]): Promise<void> {
  await writeFile(join(home.folder, "events.ndjson"), bodies.join("\n"));
  await home.json(["send", "--raw", "events.ndjson"]);
}

/** A target of the config that is the same stack, with its store behind a proxy. */
async function partStore(home: EvpHome, endpoint: string) {
  const store = await startBreakableProxy(endpoint);
  const parted = { endpointUrl: endpoint, endpoints: { dynamodb: store.url }, region: "us-east-1" };
  await writeFile(join(home.folder, "parted.json"), JSON.stringify({ ...CONFIG, targets: { parted } }));
  return store;
}

/** Calls the embedded stack as a producer or a client would, by SQS's own protocol. */
async function callSqs<Answer>(endpoint: string, action: string, body: object): Promise<Answer> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AmazonSQS.${action}` },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return response.json() as Promise<Answer>;
}

async function queueUrl(endpoint: string, QueueName: string): Promise<string> {
  return (await callSqs<{ QueueUrl: string }>(endpoint, "GetQueueUrl", { QueueName })).QueueUrl;
}

describe("evp process --http", () => {
  it("tells health and metrics, through an outage and to its end", async () => {
    const home = await createEvpHome(CONFIG);
    await home.json(["init"]);
    const { endpoint } = await home.json<{ endpoint: string }>(["local", "status"]);
    const store = await partStore(home, endpoint);
    const served = await startServed(home, ["--config", "parted.json", "--target", "parted"]);
    await expect.poll(() => served.health(), UNTIL).toMatchObject({ code: 200, status: "up", breakers: [] });
    await assertFits(await served.health(), "process-health");

    await sendEvents(home, [event("a"), event("b"), "{"]);
    await expect.poll(() => served.metric("evp_dead_letters_total", { reason: "malformed-json" }), UNTIL).toBe(1);
    await expect.poll(() => served.metric("evp_event_latency_seconds_count"), UNTIL).toBe(2);
    const published = { client: "client-1", type: "transaction", outcome: "published", reason: "" };
    expect(await served.metric("evp_events_total", published)).toBe(2);
    expect(await served.metric("evp_received_messages_total")).toBe(3);
    expect(await served.metric("process_cpu_seconds_total")).toBeGreaterThan(0);

    store.breakOff();
    await sendEvents(
      home,
      Array.from({ length: 20 }, (_, index) => event(`c${index}`)),
    );
    await expect.poll(() => served.health(), UNTIL).toMatchObject({ code: 503, status: "down" });
    expect(await served.health("/health/ready")).toMatchObject({ code: 503, breakers: [{ dependency: "store" }] });
    await assertFits(await served.health(), "process-health");
    expect(await served.health("/health/live")).toMatchObject({ code: 200, status: "down" });
    expect(await served.metric("evp_breaker_open", { dependency: "store" })).toBe(1);

    store.mend();
    await expect.poll(() => served.metric("evp_event_latency_seconds_count"), UNTIL).toBe(22);
    await expect.poll(() => served.health(), UNTIL).toMatchObject({ code: 200, status: "up", held: { messages: 0 } });
    expect(await served.metric("evp_breaker_open", { dependency: "store" })).toBe(0);

    served.child.kill("SIGTERM");
    expect(await served.exitCode).toBe(0);
    await expect(fetch(`${served.url}/health`)).rejects.toThrow();
  });

  it("adds up what its workers do", async () => {
    const home = await createEvpHome(CONFIG);
    await home.json(["init"]);
    const served = await startServed(home, ["--workers", "2"]);
    await sendEvents(
      home,
      Array.from({ length: 60 }, (_, index) => event(`e${index}`)),
    );
    await expect.poll(() => served.metric("evp_events_total", { outcome: "published" }), UNTIL).toBe(60);
    expect(await served.health()).toMatchObject({ code: 200, status: "up" });
    served.child.kill("SIGTERM");
    expect(await served.exitCode).toBe(0);
  });

  it("ends before it takes anything where the port is taken", async () => {
    const home = await createEvpHome(CONFIG);
    await home.json(["init"]);
    await sendEvents(home, [event("a")]);
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    onTestFinished(() => void taken.close());
    const address = taken.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const { exitCode, stderr } = await home.run(["process", "--drain", "--http", `${port}`]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr:
        `evp: cannot listen on http://127.0.0.1:${port}: another program listens there\n` +
        "Give another port with --http, or 0 for any that is free.",
    });
    const drained = await home.json<object>(["process", "--drain"]);
    expect(drained).toMatchObject({ received: 1, published: 1 });
    await assertFits(drained, "process");
  });
});

describe("traces", () => {
  it("go on from the producer's, to a collector and to the client, from workers too", async () => {
    const home = await createEvpHome(CONFIG);
    await home.json(["init"]);
    const { endpoint } = await home.json<{ endpoint: string }>(["local", "status"]);
    const receiver = await startOtlpReceiver();
    const ingress = await queueUrl(endpoint, "evp-ingress.fifo");
    const traceparent = { DataType: "String", StringValue: `00-${TRACE_ID}-${PRODUCER}-01` };
    await callSqs(endpoint, "SendMessage", {
      QueueUrl: ingress,
      MessageBody: event("traced"),
      MessageGroupId: "g",
      MessageAttributes: { traceparent },
    });
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_SERVICE_NAME: "evp-test" };
    const running = startEvp(home, ["process", "--drain", "--workers", "2"], env);
    expect(await running.exitCode).toBe(0);

    const root = receiver.spans.find(({ name }) => name === "evp process");
    expect(root).toMatchObject({ traceId: TRACE_ID, parentSpanId: PRODUCER });
    expect(root?.attributes).toMatchObject({ "evp.event_id": "traced", "evp.outcome": "published" });
    expect(root?.resource).toMatchObject({ "service.name": "evp-test" });
    const publish = receiver.spans.find(({ name }) => name === "publish");
    expect(publish).toMatchObject({ traceId: TRACE_ID, parentSpanId: root?.spanId });

    const client = await queueUrl(endpoint, "evp-client-1.fifo");
    const { Messages } = await callSqs<{ Messages: { MessageAttributes: object }[] }>(endpoint, "ReceiveMessage", {
      QueueUrl: client,
      MessageAttributeNames: ["All"],
    });
    expect(Messages).toMatchObject([
      { MessageAttributes: { traceparent: { StringValue: `00-${TRACE_ID}-${publish?.spanId}-01` } } },
    ]);
  });

  it("that nobody takes are told, and keep no event from its client", async () => {
    const home = await createEvpHome(CONFIG);
    await home.json(["init"]);
    await sendEvents(home, [event("a")]);
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" };
    const running = startEvp(home, ["process", "--drain"], env);
    expect(await running.exitCode).toBe(0);
    expect(running.said()).toMatch(/^6 of 6 spans were not exported/m);
    expect(running.said()).toContain('"published":1');
  });

  it("by grpc are a mistake of usage, with workers too", async () => {
    const home = await createEvpHome(CONFIG);
    await home.json(["init"]);
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9", OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" };
    for (const args of [[], ["--workers", "2"]]) {
      const running = startEvp(home, ["process", "--drain", ...args], env);
      expect(await running.exitCode).toBe(2);
      expect(running.said()).toBe(
        'evp: the variable OTEL_EXPORTER_OTLP_PROTOCOL is "grpc"\n' +
          "evp exports by http/protobuf or http/json; collectors take both on port 4318.\n",
      );
    }
  });
});

describe("what nobody asks for is not loaded", () => {
  /** Names of the program's bundles that a command loads. */
  async function bundlesOf(home: EvpHome, args: string[], env: Record<string, string> = {}): Promise<string[]> {
    const hook = join(home.folder, "hook.cjs");
    const list = join(home.folder, "loaded.json");
    await writeFile(
      hook,
      `process.on("exit", () => require("node:fs").writeFileSync(${JSON.stringify(list)}, JSON.stringify(Object.keys(require.cache))));`,
    );
    expect(await startEvp(home, args, { NODE_OPTIONS: `--require ${hook}`, ...env }).exitCode).toBe(0);
    const loaded: string[] = JSON.parse(await readFile(list, "utf8"));
    return ["metrics.cjs", "tracing.cjs"].filter((bundle) => loaded.some((file) => file.endsWith(`dist/${bundle}`)));
  }

  it("by --help, nor by a processor without --http and OTEL_ variables", async () => {
    const home = await createEvpHome(CONFIG);
    expect(await bundlesOf(home, ["--help"])).toEqual([]);
    await home.json(["init"]);
    expect(await bundlesOf(home, ["process", "--drain"])).toEqual([]);
    expect(await bundlesOf(home, ["process", "--drain", "--http", "0"])).toEqual(["metrics.cjs"]);
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" };
    expect(await bundlesOf(home, ["process", "--drain"], env)).toEqual(["tracing.cjs"]);
    expect(await bundlesOf(home, ["process", "--drain"], { ...env, OTEL_SDK_DISABLED: "true" })).toEqual([]);
  });
});
