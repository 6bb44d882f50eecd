import { describe, expect, it } from "vitest";
import { createPermissions } from "../../../src/app/process/permissions.js";
import type { ClientRecord } from "../../../src/core/client.js";
import { CallError } from "../../../src/ports/call.js";
import { createManualClock } from "../../factories/manual-clock.js";

const START = Date.parse("2026-11-21T10:00:00Z");

function createHarness() {
  const clock = createManualClock(START);
  const client: ClientRecord = { clientId: "c", active: true, allowedTypes: ["t"], topicArn: "arn:c", queueName: "c" };
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
  return { clock, registry, check };
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
