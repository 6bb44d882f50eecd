import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { systemClock } from "../../src/adapters/system-clock.js";
import { addClient, removeClient } from "../../src/app/client-resources.js";
import { destroyStack } from "../../src/app/destroy.js";
import { initStack } from "../../src/app/init.js";
import type { Settings } from "../../src/core/settings.js";
import { planStack } from "../../src/core/stack-plan.js";
import type { Clock } from "../../src/ports/clock.js";
import { servedTarget } from "./aws-target.js";

const target = servedTarget();
const FOR_REAL = { dryRun: false };
/** Nobody waits for permissions to lapse here. */
const hurried: Clock = { ...systemClock, sleep: async () => {} };

/** A queue as somebody made it who knows nothing of evp. */
async function makeUntagged(name: string): Promise<void> {
  const client = new SQSClient({
    endpoint: target.endpoint(),
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  await client.send(new CreateQueueCommand({ QueueName: name, Attributes: { FifoQueue: "true" } }));
  client.destroy();
}

async function actionsOf(work: Promise<{ resources: { action: string }[] }>): Promise<string[]> {
  return [...new Set((await work).resources.map(({ action }) => action))].sort();
}

describe("a whole stack on the embedded stack", () => {
  it("is made once, stays unchanged, and is gone after destroy", async () => {
    const { connection, settings } = target.open();
    expect(await actionsOf(initStack({ connection, clock: systemClock }, settings, { dryRun: true }))).toEqual([
      "created",
      "skipped",
    ]);
    expect(await actionsOf(initStack({ connection, clock: systemClock }, settings, FOR_REAL))).toEqual([
      "created",
      "skipped",
    ]);
    expect(await actionsOf(initStack({ connection, clock: systemClock }, settings, FOR_REAL))).toEqual([
      "skipped",
      "unchanged",
    ]);
    expect(await actionsOf(destroyStack({ connection, clock: systemClock }, settings))).toEqual(["removed"]);
    expect(await actionsOf(destroyStack({ connection, clock: systemClock }, settings))).toEqual(["absent"]);
    expect(await actionsOf(initStack({ connection, clock: systemClock }, settings, FOR_REAL))).toEqual([
      "created",
      "skipped",
    ]);
  });

  it("is mended where a setting has drifted", async () => {
    const first = target.open();
    await initStack({ connection: first.connection, clock: systemClock }, first.settings, FOR_REAL);
    const ingress: Settings["ingress"] = { kind: "fifo", visibilitySeconds: 90, maxReceiveCount: 500 };
    const { connection, settings } = target.open({ ...first.settings, ingress });
    const { resources } = await initStack({ connection, clock: systemClock }, settings, FOR_REAL);
    expect(resources.filter(({ action }) => action === "updated")).toMatchObject([
      { kind: "queue", name: settings.names.ingressQueue, detail: expect.stringContaining("VisibilityTimeout was 60") },
    ]);
    expect(await actionsOf(initStack({ connection, clock: systemClock }, settings, FOR_REAL))).toEqual([
      "skipped",
      "unchanged",
    ]);
  });

  it("works with a standard ingress queue and its standard DLQ", async () => {
    const ingress: Settings["ingress"] = { kind: "standard", visibilitySeconds: 60, maxReceiveCount: 10 };
    const { connection, settings } = target.open({ ingress });
    await initStack({ connection, clock: systemClock }, settings, FOR_REAL);
    expect(await actionsOf(initStack({ connection, clock: systemClock }, settings, FOR_REAL))).toEqual([
      "skipped",
      "unchanged",
    ]);
    await connection.deadLetters.send([{ body: "b", groupId: "m-1", deduplicationId: "m-1" }]);
    expect(await connection.deadLetters.receive({ maxMessages: 1, waitSeconds: 0 })).toMatchObject([{ body: "b" }]);
  });

  it("takes clients in and lets them go", async () => {
    const { connection, settings } = target.open();
    await initStack({ connection, clock: systemClock }, settings, FOR_REAL);
    const added = await addClient({ connection, clock: systemClock }, settings, {
      id: "late",
      allowedTypes: ["monitoring"],
      active: true,
    });
    expect(await connection.queue(added.queue).depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    const removed = removeClient({ connection, clock: hurried }, settings, "late", { keepQueue: false });
    expect(await actionsOf(removed)).toEqual(["removed"]);
    expect((await connection.clients.list()).map(({ clientId }) => clientId).sort()).toEqual(["client-1", "client-2"]);
  });

  it("adopts a queue that the config names, and leaves it there when it is destroyed", async () => {
    const elsewhere: Settings["target"] = {
      kind: "endpoint",
      name: "emulator",
      region: "us-east-1",
      endpoints: {
        sqs: target.endpoint(),
        sns: target.endpoint(),
        dynamodb: target.endpoint(),
        sts: target.endpoint(),
      },
    };
    const plain = target.open({ target: elsewhere });
    const name = `${plain.settings.stack}-old.fifo`;
    const names = { ...plain.settings.names, ingressQueue: name };
    const { connection, settings } = target.open({ ...plain.settings, names });
    const [, ingress] = planStack(settings, await connection.identity(), []);
    if (ingress?.kind !== "queue") throw new Error("not planned");
    await makeUntagged(name);
    expect(await connection.provisioner.inspect({ ...ingress, untagged: "refuse" })).toMatchObject({
      state: "conflict",
      differences: [{ attribute: "tag evp:stack", found: "none" }],
    });
    const { resources } = await initStack({ connection, clock: systemClock }, settings, FOR_REAL);
    expect(resources.find((resource) => resource.name === name)?.action).toBe("updated");
    expect(await actionsOf(initStack({ connection, clock: systemClock }, settings, FOR_REAL))).toEqual([
      "skipped",
      "unchanged",
    ]);
    const destroyed = await destroyStack({ connection, clock: systemClock }, settings);
    expect(destroyed.resources.find((resource) => resource.name === name)?.action).toBe("kept");
    expect(await connection.ingress.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it("counts its calls by operation", async () => {
    const { connection, settings } = target.open();
    await initStack({ connection, clock: systemClock }, settings, FOR_REAL);
    const before = connection.apiCalls();
    await connection.ingress.receive({ maxMessages: 1, waitSeconds: 0 });
    await connection.ingress.receive({ maxMessages: 1, waitSeconds: 0 });
    expect(connection.apiCalls().ReceiveMessage).toBe(2);
    expect(before.ReceiveMessage).toBeUndefined();
    expect(before.CreateQueue).toBe(5);
  });
});

describe("an environment that chooses among AWS's own endpoints", () => {
  it.each(["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"])("changes nothing for others: %s", async (name) => {
    vi.stubEnv(name, "true");
    onTestFinished(() => void vi.unstubAllEnvs());
    const { connection, settings } = target.open();
    expect(await actionsOf(initStack({ connection, clock: systemClock }, settings, FOR_REAL))).toEqual([
      "created",
      "skipped",
    ]);
    expect(await connection.identity()).toEqual({ account: "000000000000", region: "us-east-1" });
  });
});

describe("a region that is none", () => {
  it("is told as it was found", async () => {
    const { connection } = target.open({ target: { kind: "aws", name: "aws", region: "no such region" } });
    await expect(connection.identity()).rejects.toMatchObject({
      code: "region-unusable",
      exitCode: 2,
      message: expect.stringContaining("no such region"),
    });
  });
});

describe("a target that does not answer", () => {
  it("fails as unreachable", async () => {
    const { connection } = target.open({
      target: {
        kind: "endpoint",
        name: "nowhere",
        region: "us-east-1",
        endpoints: {
          sqs: "http://127.0.0.1:1",
          sns: "http://127.0.0.1:1",
          dynamodb: "http://127.0.0.1:1",
          sts: "http://127.0.0.1:1",
        },
      },
    });
    const unreachable = { kind: "unreachable", fault: { code: "ECONNREFUSED" } };
    await expect(connection.identity()).rejects.toMatchObject(unreachable);
    await expect(connection.ingress.depth()).rejects.toMatchObject(unreachable);
    await expect(connection.clients.list()).rejects.toMatchObject(unreachable);
  });
});
