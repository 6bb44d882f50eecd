import { describe, expect, it } from "vitest";
import { readStatus } from "../../../../src/app/status.js";
import { CallError } from "../../../../src/ports/call.js";
import { createInstantClock } from "../../../doubles/instant-clock.js";
import { clientRecord, createMemoryClients } from "../../../doubles/memory-clients.js";

const depth = (visible: number) => ({ visible, inFlight: 0, delayed: 0 });
const failing = (kind: "not-found" | "throttled" | "unreachable") => async () => {
  throw new CallError(kind, { code: kind, message: kind, isSenderFault: false }, kind);
};
const stack = { target: "local", stack: "evp" };

describe("the status of a stack", () => {
  it("tells how full each queue is, client by client", async () => {
    const clients = createMemoryClients();
    await clients.put(clientRecord("acme", [], false));
    const depths: Record<string, number> = { "evp-acme.fifo": 7, "evp-client-1.fifo": 1 };
    const queue = (name: string) => ({ depth: async () => depth(depths[name] ?? 0) });
    const ports = {
      ingress: queue("x"),
      deadLetters: { depth: async () => depth(3) },
      clients,
      queue,
      clock: createInstantClock(),
    };
    expect(await readStatus(ports, stack)).toEqual({
      target: "local",
      stack: "evp",
      ingress: depth(0),
      dlq: depth(3),
      clients: [
        { clientId: "acme", active: false, queue: depth(7) },
        { clientId: "client-1", active: true, queue: depth(1) },
        { clientId: "client-2", active: true, queue: depth(0) },
        { clientId: "client-3", active: true, queue: depth(0) },
      ],
    });
  });

  it("shows a client whose queue is gone", async () => {
    const ok = { depth: async () => depth(0) };
    const queue = (name: string) => (name === "evp-client-2.fifo" ? { depth: failing("not-found") } : ok);
    const status = await readStatus(
      { ingress: ok, deadLetters: ok, clients: createMemoryClients(), queue, clock: createInstantClock() },
      stack,
    );
    expect(status.clients.map((client) => client.queue)).toEqual([depth(0), null, depth(0)]);
  });

  it("is told although the target is throttled for a moment", async () => {
    let throttled = 3;
    const depthLater = async () => {
      throttled -= 1;
      return throttled < 0 ? depth(1) : failing("throttled")();
    };
    const queue = () => ({ depth: depthLater });
    const ports = { ingress: queue(), deadLetters: queue(), clients: createMemoryClients(), queue };
    const status = await readStatus({ ...ports, clock: createInstantClock() }, stack);
    expect(status).toMatchObject({ ingress: depth(1), dlq: depth(1) });
  });

  it("fails when the target does not answer", async () => {
    const down = { depth: failing("unreachable") };
    const clock = createInstantClock();
    const ports = { ingress: down, deadLetters: down, clients: createMemoryClients(), queue: () => down, clock };
    await expect(readStatus(ports, stack)).rejects.toMatchObject({ kind: "unreachable" });
  });
});
