import { describe, expect, it } from "vitest";
import { listClients } from "../../../src/app/client.js";
import {
  allowTypes,
  denyTypes,
  disableClient,
  enableClient,
  setPoisonPolicy,
} from "../../../src/app/client-permissions.js";
import { addClient, removeClient } from "../../../src/app/client-resources.js";
import { initStack } from "../../../src/app/init.js";
import { createInstantClock } from "../../doubles/instant-clock.js";
import { createManualClock } from "../../factories/manual-clock.js";
import { settingsOf } from "../../factories/settings.js";
import { StackDouble } from "./stack-double.js";

const SETTINGS = settingsOf();

async function open() {
  const stack = new StackDouble();
  await initStack({ connection: stack, clock: createInstantClock() }, SETTINGS, { dryRun: false });
  stack.log.length = 0;
  const clock = createManualClock();
  return { stack, clock, ports: { clients: stack.clients, clock } };
}

/** Whether a promise is settled by now. */
async function isDone(promise: Promise<unknown>, settle: () => Promise<void>): Promise<boolean> {
  let done = false;
  void promise.then(() => {
    done = true;
  });
  await settle();
  return done;
}

describe("listing clients", () => {
  it("tells where each one's events go, by id", async () => {
    const { stack } = await open();
    expect(await listClients(stack.clients)).toEqual([
      {
        clientId: "client-1",
        active: true,
        allowedTypes: ["monitoring", "user_action", "transaction", "integration"],
        poisonPolicy: "skip",
        topic: "arn:aws:sns:us-east-1:000000000000:evp-client-1.fifo",
        queue: "evp-client-1.fifo",
      },
      {
        clientId: "client-2",
        active: true,
        allowedTypes: ["monitoring", "user_action"],
        poisonPolicy: "skip",
        topic: "arn:aws:sns:us-east-1:000000000000:evp-client-2.fifo",
        queue: "evp-client-2.fifo",
      },
    ]);
  });

  it("fails before the stack is there", async () => {
    await expect(listClients(new StackDouble().clients)).rejects.toMatchObject({ kind: "not-found" });
  });
});

describe("changing what a client may have", () => {
  it("allows more types, each once, and returns at once", async () => {
    const { ports } = await open();
    const view = await allowTypes(ports, "client-2", ["transaction", "monitoring"]);
    expect(view.allowedTypes).toEqual(["monitoring", "user_action", "transaction"]);
  });

  it("denies a type and returns only once no processor can still rely on the old answer", async () => {
    const { ports, clock, stack } = await open();
    const denied = denyTypes(ports, "client-2", ["monitoring"]);
    await clock.settle();
    expect(stack.records.get("client-2")?.allowedTypes).toEqual(["user_action"]);
    await clock.advance(4_999);
    expect(await isDone(denied, clock.settle)).toBe(false);
    await clock.advance(1);
    expect(await denied).toMatchObject({ clientId: "client-2", allowedTypes: ["user_action"] });
  });

  it("disables a client likewise, and enables it at once", async () => {
    const { ports, clock, stack } = await open();
    const disabled = disableClient(ports, "client-1");
    await clock.advance(4_999);
    expect(await isDone(disabled, clock.settle)).toBe(false);
    await clock.advance(1);
    expect(await disabled).toMatchObject({ active: false });
    expect(await enableClient(ports, "client-1")).toMatchObject({ active: true });
    expect(stack.records.get("client-1")).toMatchObject({ active: true, queueName: "evp-client-1.fifo" });
  });

  it("blocks its groups and returns only once no processor skips any more, and skips at once", async () => {
    const { ports, clock, stack } = await open();
    const blocking = setPoisonPolicy(ports, "client-1", "block");
    await clock.advance(4_999);
    expect(stack.records.get("client-1")?.poisonPolicy).toBe("block");
    expect(await isDone(blocking, clock.settle)).toBe(false);
    await clock.advance(1);
    expect(await blocking).toMatchObject({ clientId: "client-1", poisonPolicy: "block" });
    expect(await setPoisonPolicy(ports, "client-1", "skip")).toMatchObject({ poisonPolicy: "skip" });
  });

  it("keeps every change of several at the same time", async () => {
    const { ports, clock, stack } = await open();
    const changes = Promise.all([
      disableClient(ports, "client-2"),
      allowTypes(ports, "client-2", ["transaction"]),
      denyTypes(ports, "client-2", ["monitoring"]),
      allowTypes(ports, "client-2", ["integration"]),
    ]);
    await clock.advance(60_000);
    await changes;
    const record = stack.records.get("client-2");
    expect(record?.active).toBe(false);
    expect([...(record?.allowedTypes ?? [])].sort()).toEqual(["integration", "transaction", "user_action"]);
  });

  it("gives up, and says so, when others never stop changing the client", async () => {
    const { ports, clock } = await open();
    const clients = { ...ports.clients, put: async () => false };
    const given = expect(enableClient({ clients, clock }, "client-1")).rejects.toMatchObject({
      code: "client-contended",
      exitCode: 1,
      retryable: true,
    });
    await clock.advance(60_000);
    await given;
  });

  it("knows no such client, and names the ones there are", async () => {
    const { ports } = await open();
    await expect(enableClient(ports, "cleint-1")).rejects.toMatchObject({
      code: "client-unknown",
      exitCode: 4,
      hint: "Did you mean client-1? Registered: client-1, client-2.",
    });
  });

  it("refuses what cannot be a type", async () => {
    const { ports } = await open();
    await expect(allowTypes(ports, "client-1", ["a b"])).rejects.toMatchObject({ code: "type-invalid", exitCode: 2 });
  });
});

describe("adding a client", () => {
  const newcomer = { id: "new", allowedTypes: ["monitoring"], active: true };

  it("makes its topic, queue and policy before it registers it", async () => {
    const { stack } = await open();
    expect(await addClient({ connection: stack, clock: createInstantClock() }, SETTINGS, newcomer)).toEqual({
      clientId: "new",
      active: true,
      allowedTypes: ["monitoring"],
      poisonPolicy: "skip",
      topic: "arn:aws:sns:us-east-1:000000000000:evp-new.fifo",
      queue: "evp-new.fifo",
    });
    expect(stack.log).toEqual([
      "create topic evp-new.fifo",
      "create queue evp-new.fifo",
      "create queue-policy evp-new.fifo",
      "create subscription evp-new.fifo",
      "create client new",
    ]);
  });

  it("refuses one that is registered already", async () => {
    const { stack } = await open();
    const again = addClient({ connection: stack, clock: createInstantClock() }, SETTINGS, {
      ...newcomer,
      id: "client-1",
    });
    await expect(again).rejects.toMatchObject({ code: "client-exists", exitCode: 2 });
    expect(stack.log).toEqual([]);
  });

  it("refuses names that belong to another resource of the stack", async () => {
    const { stack } = await open();
    await expect(
      addClient({ connection: stack, clock: createInstantClock() }, SETTINGS, { ...newcomer, id: "dlq" }),
    ).rejects.toMatchObject({
      code: "name-refused",
    });
  });

  it("refuses resources that carry another stack's tag", async () => {
    const { stack } = await open();
    const differences = [{ attribute: "tag evp:stack", wanted: "evp", found: "other" }];
    stack.findings.set("topic evp-new.fifo", { state: "conflict", differences });
    await expect(
      addClient({ connection: stack, clock: createInstantClock() }, SETTINGS, newcomer),
    ).rejects.toMatchObject({ code: "stack-conflict", exitCode: 5 });
    expect(stack.log).toEqual([]);
  });

  it("goes on where it was interrupted", async () => {
    const { stack } = await open();
    await addClient({ connection: stack, clock: createInstantClock() }, SETTINGS, newcomer);
    stack.records.delete("new");
    stack.resources.delete("client new");
    stack.log.length = 0;
    await addClient({ connection: stack, clock: createInstantClock() }, SETTINGS, newcomer);
    expect(stack.log).toEqual(["create client new"]);
  });
});

describe("removing a client", () => {
  it("disables it, waits, and removes its record last", async () => {
    const { stack, clock } = await open();
    const removed = removeClient({ connection: stack, clock }, SETTINGS, "client-2", { keepQueue: false });
    await clock.advance(4_999);
    expect(stack.log).toEqual(["put client-2"]);
    expect(stack.records.get("client-2")?.active).toBe(false);
    await clock.advance(1);
    expect((await removed).resources.map(({ kind, action }) => `${action} ${kind}`)).toEqual([
      "removed subscription",
      "removed queue",
      "removed topic",
      "removed client",
    ]);
    expect(stack.records.has("client-2")).toBe(false);
  });

  it("leaves the queue with what the client has not consumed when asked to", async () => {
    const { stack, clock } = await open();
    const removed = removeClient({ connection: stack, clock }, SETTINGS, "client-2", { keepQueue: true });
    await clock.advance(5_000);
    expect((await removed).resources).toContainEqual({ kind: "queue", name: "evp-client-2.fifo", action: "kept" });
    expect(stack.resources.has("queue evp-client-2.fifo")).toBe(true);
    expect(stack.resources.has("topic evp-client-2.fifo")).toBe(false);
  });

  it("knows no such client", async () => {
    const { stack, clock } = await open();
    const removed = removeClient({ connection: stack, clock }, SETTINGS, "nobody", { keepQueue: false });
    await expect(removed).rejects.toMatchObject({ code: "client-unknown" });
  });
});
