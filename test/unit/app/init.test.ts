import { describe, expect, it } from "vitest";
import { destroyStack } from "../../../src/app/destroy.js";
import { initStack } from "../../../src/app/init.js";
import { createInstantClock } from "../../doubles/instant-clock.js";
import { clientRecord } from "../../doubles/memory-clients.js";
import { settingsOf } from "../../factories/settings.js";
import { StackDouble } from "./stack-double.js";

const FOR_REAL = { dryRun: false };
const ONE_CLIENT = settingsOf({ clients: [{ id: "client-1", allowedTypes: ["transaction"], active: true }] });

async function initialised(settings = ONE_CLIENT): Promise<StackDouble> {
  const stack = new StackDouble();
  await initStack({ connection: stack, clock: createInstantClock() }, settings, FOR_REAL);
  stack.log.length = 0;
  return stack;
}

function actions({ resources }: { resources: { kind: string; name: string; action: string }[] }): string[] {
  return resources.map(({ kind, name, action }) => `${action} ${kind} ${name}`);
}

describe("evp init", () => {
  it("creates everything in order and says so", async () => {
    const stack = new StackDouble();
    const report = await initStack({ connection: stack, clock: createInstantClock() }, ONE_CLIENT, FOR_REAL);
    expect(report).toMatchObject({
      target: "local",
      stack: "evp",
      account: "000000000000",
      region: "us-east-1",
      dryRun: false,
    });
    expect(actions(report)).toEqual([
      "created queue evp-dlq.fifo",
      "created queue evp-ingress.fifo",
      "created queue evp-undelivered.fifo",
      "created queue-policy evp-undelivered.fifo",
      "created table evp-events",
      "skipped time-to-live evp-events",
      "created table evp-clients",
      "created table evp-producers",
      "created topic evp-client-1.fifo",
      "created queue evp-client-1.fifo",
      "created queue-policy evp-client-1.fifo",
      "created subscription evp-client-1.fifo",
      "created client client-1",
    ]);
    expect(stack.log).toHaveLength(12);
  });

  it("changes nothing when run again", async () => {
    const stack = await initialised();
    const report = await initStack({ connection: stack, clock: createInstantClock() }, ONE_CLIENT, FOR_REAL);
    expect(stack.log).toEqual([]);
    expect(new Set(report.resources.map(({ action }) => action))).toEqual(new Set(["unchanged", "skipped"]));
  });

  it("changes nothing in a dry run, and tells what it would do", async () => {
    const stack = new StackDouble();
    const report = await initStack({ connection: stack, clock: createInstantClock() }, ONE_CLIENT, { dryRun: true });
    expect(stack.log).toEqual([]);
    expect(report.dryRun).toBe(true);
    expect(actions(report)).toContain("created queue evp-ingress.fifo");
  });

  it("mends what has drifted, and tells both values", async () => {
    const stack = await initialised();
    const differences = [{ attribute: "VisibilityTimeout", wanted: "60", found: "30" }];
    stack.findings.set("queue evp-ingress.fifo", { state: "drifted", differences });
    const report = await initStack({ connection: stack, clock: createInstantClock() }, ONE_CLIENT, FOR_REAL);
    expect(stack.log).toEqual(["update queue evp-ingress.fifo: VisibilityTimeout"]);
    expect(report.resources[1]).toEqual({
      kind: "queue",
      name: "evp-ingress.fifo",
      action: "updated",
      detail: "VisibilityTimeout was 30, is to be 60",
    });
  });

  it("refuses what cannot be changed before it changes anything", async () => {
    const stack = new StackDouble();
    const differences = [{ attribute: "key", wanted: "eventId (S), fact (S)", found: "id (S)" }];
    stack.findings.set("table evp-events", { state: "conflict", differences });
    await expect(
      initStack({ connection: stack, clock: createInstantClock() }, ONE_CLIENT, FOR_REAL),
    ).rejects.toMatchObject({
      code: "stack-conflict",
      exitCode: 5,
      message: "table evp-events: key is id (S), must be eventId (S), fact (S), and cannot be changed",
    });
    expect(stack.log).toEqual([]);
  });

  it("reports what the target lacks as skipped, not as failed", async () => {
    const stack = new StackDouble();
    stack.skipped.set("time-to-live evp-events", ["TTL on evp-events"]);
    const target = { kind: "endpoint", name: "emulator", region: "us-east-1", endpoints: {} } as const;
    const report = await initStack(
      { connection: stack, clock: createInstantClock() },
      settingsOf({ target }),
      FOR_REAL,
    );
    expect(report.resources.find(({ kind }) => kind === "time-to-live")).toEqual({
      kind: "time-to-live",
      name: "evp-events",
      action: "skipped",
      detail: "not offered by this target: TTL on evp-events",
    });
  });

  it("tells which part of an update the target lacks", async () => {
    const stack = await initialised();
    const differences = [
      { attribute: "index by-client-hour", wanted: "clientHour (S), position (S)", found: "none" },
      { attribute: "tag evp:stack", wanted: "evp", found: "none" },
    ];
    stack.findings.set("table evp-events", { state: "drifted", differences });
    stack.skipped.set("table evp-events", ["index by-client-hour on evp-events"]);
    const report = await initStack({ connection: stack, clock: createInstantClock() }, ONE_CLIENT, FOR_REAL);
    const table = report.resources.find(({ kind }) => kind === "table");
    expect(table?.action).toBe("updated");
    expect(table?.detail).toContain("not offered by this target: index by-client-hour on evp-events");
  });

  it("never undoes what an operator changed about a client", async () => {
    const stack = await initialised();
    const record = stack.records.get("client-1");
    if (record !== undefined) stack.records.set("client-1", { ...record, active: false, allowedTypes: [] });
    await initStack({ connection: stack, clock: createInstantClock() }, ONE_CLIENT, FOR_REAL);
    expect(stack.records.get("client-1")).toMatchObject({ active: false, allowedTypes: [] });
  });

  it("looks after the clients that were added later too", async () => {
    const stack = await initialised();
    stack.records.set("late", clientRecord("late", []));
    const report = await initStack({ connection: stack, clock: createInstantClock() }, ONE_CLIENT, FOR_REAL);
    expect(actions(report)).toContain("created topic evp-late.fifo");
  });
});

describe("evp destroy", () => {
  it("removes everything, the clients' records behind what they lead to, and the tables last", async () => {
    const stack = await initialised();
    const report = await destroyStack({ connection: stack, clock: createInstantClock() }, ONE_CLIENT);
    expect(report).toMatchObject({ target: "local", stack: "evp" });
    expect(stack.log).toEqual([
      "remove subscription evp-client-1.fifo",
      "remove queue evp-client-1.fifo",
      "remove topic evp-client-1.fifo",
      "remove queue evp-undelivered.fifo",
      "remove queue evp-ingress.fifo",
      "remove queue evp-dlq.fifo",
      "remove client client-1",
      "remove table evp-producers",
      "remove table evp-clients",
      "remove table evp-events",
    ]);
  });

  it("removes clients that were added later, and what forgotten tails left", async () => {
    const stack = await initialised();
    await initStack({ connection: stack, clock: createInstantClock() }, settingsOf(), FOR_REAL);
    stack.leftoverTaps = ["evp-tail-abc.fifo"];
    expect(actions(await destroyStack({ connection: stack, clock: createInstantClock() }, ONE_CLIENT))).toEqual(
      expect.arrayContaining(["removed queue evp-client-2.fifo", "removed queue evp-tail-abc.fifo"]),
    );
  });

  it("keeps what is not the stack's own", async () => {
    const stack = await initialised();
    stack.kept.add("queue evp-ingress.fifo");
    expect(actions(await destroyStack({ connection: stack, clock: createInstantClock() }, ONE_CLIENT))).toContain(
      "kept queue evp-ingress.fifo",
    );
    expect(stack.resources.has("queue evp-ingress.fifo")).toBe(true);
  });

  it("finds nothing to do where there is no stack", async () => {
    const report = await destroyStack({ connection: new StackDouble(), clock: createInstantClock() }, ONE_CLIENT);
    expect(new Set(report.resources.map(({ action }) => action))).toEqual(new Set(["absent"]));
  });
});
