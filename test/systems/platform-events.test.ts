import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { expect, it, vi } from "vitest";
import type { HealthReport } from "../../src/app/metrics/health.js";
import { findFreePort } from "../chaos/loopback.js";
import { consumeQueue } from "../factories/consume-queue.js";
import { createEvpHome, type EvpHome } from "../factories/evp-home.js";
import { connectProducers, followPage, linesOf, systemFolder } from "./system-page.js";

type Body = Record<string, unknown>;

const PAYLOADS: Record<string, Body> = {
  monitoring: { severity: "low" },
  user_action: { userId: "u-1", action: "login", resource: "portal" },
  transaction: { transactionId: "t-1", amount: 10, currency: "BRL" },
  integration: { source: "erp", target: "warehouse", operation: "sync" },
};

function platformEvent(n: number, eventType: string, clientId: string, changes: Body = {}): Body {
  const eventId = `7d0c0c1e-0000-4000-8000-${String(n).padStart(12, "0")}`;
  const payload = PAYLOADS[eventType] ?? {};
  return { eventId, eventType, clientId, timestamp: "2026-11-21T10:00:00Z", payload, version: "1.0", ...changes };
}

async function startPlatform(): Promise<EvpHome> {
  const home = await createEvpHome({}, systemFolder("d-platform-events"));
  await home.json(["init"]);
  return home;
}

/** As the platform's producers do: onto a standard queue, with nothing but a body. */
async function produce(home: EvpHome, bodies: Body[]): Promise<void> {
  const { sqs, urlOf } = await connectProducers(home);
  for (const body of bodies)
    await sqs.send(new SendMessageCommand({ QueueUrl: urlOf("event-queue"), MessageBody: JSON.stringify(body) }));
}

async function consume(home: EvpHome, client: string) {
  const { sqs, urlOf } = await connectProducers(home);
  return consumeQueue(sqs, urlOf(`platform-${client}.fifo`));
}

async function rejections(home: EvpHome): Promise<Record<string, string>> {
  const letters = await home.json<{ eventId: string; reason: string; detail: string }[]>(["dlq", "list"]);
  return Object.fromEntries(letters.map(({ eventId, reason, detail }) => [eventId.slice(-2), `${reason}: ${detail}`]));
}

it("the page does what it says, command by command", async () => {
  const { documents } = await followPage("d-platform-events");
  expect(documents).toHaveLength(4);
  const [, sent = "", processed = "", tailed = ""] = documents;
  expect(JSON.parse(sent)).toMatchObject({ sent: 6, failed: 0 });
  expect(JSON.parse(processed)).toMatchObject({ received: 6, published: 6, rejected: 0 });
  expect(linesOf<{ eventId: string }>(tailed).map(({ eventId }) => eventId.slice(-1))).toEqual(["4", "6"]);
});

it("each client gets the types it may have, and the others are refused with their reason", async () => {
  const home = await startPlatform();
  await produce(home, [
    platformEvent(1, "monitoring", "client-001"),
    platformEvent(2, "transaction", "client-002"),
    platformEvent(3, "user_action", "client-003"),
    platformEvent(4, "integration", "client-003"),
    platformEvent(5, "integration", "client-004"),
    platformEvent(6, "unheard_of", "client-001"),
  ]);
  await home.json(["process", "--drain"]);
  expect(await consume(home, "client-001")).toHaveLength(1);
  expect(await consume(home, "client-002")).toEqual([]);
  expect((await consume(home, "client-003")).map(({ body }) => JSON.parse(body).eventType)).toEqual(["integration"]);
  expect(await rejections(home)).toEqual({
    "02": "type-forbidden: client client-002 may not have transaction; it may have: monitoring, user_action",
    "03": "type-forbidden: client client-003 may not have user_action; it may have: transaction, integration",
    "05": "client-unknown: client client-004 is not registered",
    "06": "schema-unknown: there is no schema for unheard_of version 1.0",
  });
});

it("a payload has what its type needs", async () => {
  const home = await startPlatform();
  await produce(home, [
    platformEvent(1, "user_action", "client-001", { payload: { userId: "u-1" } }),
    platformEvent(2, "transaction", "client-001", { payload: { amount: 1 } }),
    platformEvent(3, "integration", "client-001", { payload: { source: "erp", target: "w" } }),
    platformEvent(4, "monitoring", "client-001", { payload: {} }),
    platformEvent(5, "monitoring", "client-001", { extra: true }),
    platformEvent(6, "monitoring", "client-001", { eventId: "7D0C0C1E-0000-4000-8000-000000000006" }),
  ]);
  expect(await home.json(["process", "--drain"])).toMatchObject({ published: 0, rejected: 6 });
  expect(await rejections(home)).toEqual({
    "01": "schema-violation: /payload/action is missing; /payload/resource is missing",
    "02": "schema-violation: /payload/transactionId is missing; /payload/currency is missing",
    "03": "schema-violation: /payload/operation is missing",
    "04": "schema-violation: /payload must NOT have fewer than 1 properties",
    "05": "schema-violation: /extra is not a known field",
    "06": expect.stringContaining("schema-violation: /eventId must match pattern"),
  });
});

it("grave alerts and large transactions are marked for subscriptions to filter", async () => {
  const home = await startPlatform();
  await produce(home, [
    platformEvent(1, "monitoring", "client-001", { payload: { severity: "critical" } }),
    platformEvent(2, "monitoring", "client-001", { payload: { severity: "low" } }),
    platformEvent(3, "transaction", "client-001", { payload: { ...PAYLOADS.transaction, amount: 10_000.01 } }),
    platformEvent(4, "transaction", "client-001", { payload: { ...PAYLOADS.transaction, amount: 10_000 } }),
  ]);
  await home.json(["process", "--drain"]);
  const marks = (await consume(home, "client-001")).map(({ body, attributes: { priority, highValue } }) => [
    JSON.parse(body).eventId.slice(-1),
    { priority, highValue },
  ]);
  expect(Object.fromEntries(marks)).toEqual({
    1: { priority: "high" },
    2: {},
    3: { highValue: "true" },
    4: {},
  });
});

it("health is told as before: 200 where it is up, with what is checked", async () => {
  const home = await startPlatform();
  const port = await findFreePort();
  const running = home.start(["process", "--http", String(port)]);
  const ask = async (): Promise<HealthReport | undefined> => {
    const response = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined);
    return response?.status === 200 ? ((await response.json()) as HealthReport) : undefined;
  };
  const health = await vi.waitUntil(ask, { timeout: 30_000 });
  expect(health).toMatchObject({ healthy: true, checks: { database: { healthy: true } } });
  expect(Date.parse(health?.timestamp ?? "")).toBeGreaterThan(0);
  running.kill("SIGTERM");
  expect(await running.exitCode).toBe(0);
});

it("another client's event of the same id takes nothing from the first, nor does a restart of the processor", async () => {
  const home = await startPlatform();
  await produce(home, [platformEvent(1, "monitoring", "client-001"), platformEvent(1, "monitoring", "client-002")]);
  await home.json(["process", "--drain"]);
  await produce(home, [platformEvent(1, "monitoring", "client-001")]);
  expect(await home.json(["process", "--drain"])).toMatchObject({ received: 1, published: 0, duplicates: 1 });
  expect(await consume(home, "client-001")).toHaveLength(1);
  expect(await consume(home, "client-002")).toHaveLength(1);
});
