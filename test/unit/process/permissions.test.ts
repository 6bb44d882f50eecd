import { describe, expect, it } from "vitest";
import { createPermissions } from "../../../src/app/process/permissions.js";
import type { ClientRecord } from "../../../src/core/client.js";
import { CallError } from "../../../src/ports/call.js";
import { createManualClock } from "../../factories/manual-clock.js";

const START = Date.parse("2026-11-21T10:00:00Z");

function createHarness() {
  const clock = createManualClock(START);
  const client: ClientRecord = {
    clientId: "c",
    active: true,
    allowedTypes: ["t"],
    poisonPolicy: "skip",
    topicArn: "arn:c",
    queueName: "c",
  };
  const registry = { client, reads: 0, isDown: false };
  const permissions = createPermissions({
    clock,
    registry: {
      async get(clientIds) {
        registry.reads++;
        if (registry.isDown)
          throw new CallError("down", { code: "Down", message: "", isSenderFault: false }, "unreachable");
        const record = { ...registry.client };
        return new Map(clientIds.includes("c") ? [["c", record]] : []);
      },
      list: async () => [],
      put: async () => true,
      remove: async () => undefined,
    },
  });
  async function check(question: { clientId?: string; type?: string; receivedAt?: number } = {}) {
    const answer = permissions.check({ clientId: "c", type: "t", receivedAt: clock.monotonic(), ...question });
    await clock.advance(2);
    return answer;
  }
  async function policyOf(clientId: string, receivedAt = clock.monotonic()) {
    const answer = permissions.policyOf({ clientId, receivedAt });
    await clock.advance(2);
    return answer;
  }
  return { clock, registry, check, policyOf };
}

describe("asking whether a client may have an event", () => {
  it("allows for 5 s from the start of the read", async () => {
    const { check } = createHarness();
    const permission = { allowed: true, topicArn: "arn:c", permittedUntil: 1 + 5_000 };
    expect(await check()).toEqual({ ok: true, permission });
  });

  it("shares a read among the events of the next seconds, and then reads again", async () => {
    const { clock, registry, check } = createHarness();
    await check();
    await clock.advance(3_000);
    await check();
    expect(registry.reads).toBe(1);
    await clock.advance(2_000);
    expect(await check()).toMatchObject({ permission: { permittedUntil: 5_000 + 5_000 + 5 } });
    expect(registry.reads).toBe(2);
  });

  it("stops allowing within 5 s of a client being disabled", async () => {
    const { clock, registry, check } = createHarness();
    await check();
    registry.client.active = false;
    await clock.advance(4_000);
    expect(await check()).toMatchObject({ permission: { allowed: false, rejection: { reason: "client-inactive" } } });
  });

  it("never refuses by what was read before the message came", async () => {
    const { registry, check } = createHarness();
    registry.client.allowedTypes = [];
    expect(await check()).toMatchObject({ permission: { allowed: false, rejection: { reason: "type-forbidden" } } });
    registry.client.allowedTypes = ["t"];
    expect(await check()).toMatchObject({ permission: { allowed: true } });
  });

  it("refuses by a read begun after the message came, however often it is asked", async () => {
    const { clock, registry, check } = createHarness();
    const receivedAt = clock.monotonic();
    await check({ clientId: "nobody", receivedAt });
    await check({ clientId: "nobody", receivedAt });
    expect(registry.reads).toBe(1);
  });

  it("answers with a fault, and neither allows nor refuses, when the registry cannot be read", async () => {
    const { clock, registry, check } = createHarness();
    await check();
    registry.isDown = true;
    await clock.advance(5_000);
    expect(await check()).toEqual({ ok: false, fault: { code: "Down", message: "", isSenderFault: false } });
  });
});

describe("asking what becomes of a client's message that cannot pass", () => {
  it("is answered by the registry; who is not registered has no say", async () => {
    const { registry, policyOf } = createHarness();
    expect(await policyOf("c")).toEqual({ ok: true, policy: "skip" });
    registry.client.poisonPolicy = "block";
    expect(await policyOf("c")).toEqual({ ok: true, policy: "block" });
    expect(await policyOf("nobody")).toEqual({ ok: true, policy: "skip" });
  });

  it("blocks by what was read within 5 s, but skips by nothing that was read before the message came", async () => {
    const { clock, registry, policyOf } = createHarness();
    registry.client.poisonPolicy = "block";
    await policyOf("c");
    registry.client.poisonPolicy = "skip";
    expect(await policyOf("c")).toEqual({ ok: true, policy: "block" });
    expect(registry.reads).toBe(1);
    await clock.advance(5_000);
    const receivedAt = clock.monotonic();
    expect(await policyOf("c", receivedAt)).toEqual({ ok: true, policy: "skip" });
    await policyOf("c", receivedAt);
    expect(registry.reads).toBe(2);
    await policyOf("c");
    expect(registry.reads).toBe(3);
  });

  it("shares the read that refused the message", async () => {
    const { clock, registry, check, policyOf } = createHarness();
    const receivedAt = clock.monotonic();
    await check({ type: "forbidden", receivedAt });
    await policyOf("c", receivedAt);
    expect(registry.reads).toBe(1);
  });

  it("is answered with a fault, and neither way, when the registry cannot be read", async () => {
    const { registry, policyOf } = createHarness();
    registry.isDown = true;
    expect(await policyOf("c")).toMatchObject({ ok: false });
  });
});
