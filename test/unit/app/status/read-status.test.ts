import { describe, expect, it } from "vitest";
import { readStatus } from "../../../../src/app/status.js";
import { CallError } from "../../../../src/ports/call.js";
import { clientRecord, createMemoryClients } from "../../../doubles/memory-clients.js";

const depth = (visible: number) => ({ visible, inFlight: 0, delayed: 0 });
const failing = (kind: "not-found" | "unreachable") => async () => {
  throw new CallError(kind, { code: kind, message: kind, isSenderFault: false }, kind);
};
const stack = { target: "local", stack: "evp" };

describe("the status of a stack", () => {
  it("tells how full each queue is, client by client", async () => {
    const clients = createMemoryClients();
    await clients.put(clientRecord("acme", [], false));
    const depths: Record<string, number> = { "evp-acme.fifo": 7, "evp-client-1.fifo": 1 };
    const queue = (name: string) => ({ depth: async () => depth(depths[name] ?? 0) });
    const ports = { ingress: queue("x"), deadLetters: { depth: async () => depth(3) }, clients, queue };
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
    const status = await readStatus({ ingress: ok, deadLetters: ok, clients: createMemoryClients(), queue }, stack);
    expect(status.clients.map((client) => client.queue)).toEqual([depth(0), null, depth(0)]);
  });

  it("fails when the target does not answer", async () => {
    const down = { depth: failing("unreachable") };
    const ports = { ingress: down, deadLetters: down, clients: createMemoryClients(), queue: () => down };
    await expect(readStatus(ports, stack)).rejects.toMatchObject({ kind: "unreachable" });
  });
});
