import { describe, expect, it } from "vitest";
import {
  addProducer,
  allowProducer,
  denyProducer,
  disableProducer,
  enableProducer,
  listProducers,
  type ProducerPorts,
  removeProducer,
  rotateSecret,
} from "../../../src/app/producer.js";
import { createMemoryProducers, producerRecord } from "../../doubles/memory-producers.js";

const DAY_MS = 86_400_000;
const NOON = Date.UTC(2026, 10, 21, 12);

function portsOf(...producers: ReturnType<typeof producerRecord>[]) {
  const slept: number[] = [];
  let bytes = 0;
  const ports: ProducerPorts = {
    producers: createMemoryProducers(...producers),
    clock: {
      now: () => NOON,
      monotonic: () => 0,
      random: () => 0.5,
      sleep: async (delayMs) => void slept.push(delayMs),
    },
    randomBytes: (count) => Buffer.alloc(count, ++bytes),
  };
  return { ...ports, slept };
}

const NEW = { producerId: "p", clients: ["client-1"], types: [], active: true, wantsSecret: true };

describe("a producer", () => {
  it("that is added gets a secret once, of which nothing can be read back", async () => {
    const ports = portsOf();
    const { secret = "", ...view } = await addProducer(ports, NEW);
    expect(view).toEqual({
      producerId: "p",
      active: true,
      allowedClients: ["client-1"],
      allowedTypes: ["*"],
      ratePerSecond: null,
      secrets: [{ createdAt: "2026-11-21T12:00:00.000Z", expiresAt: null }],
    });
    expect(secret).toHaveLength(43);
    expect(JSON.stringify(await ports.producers.list())).not.toContain(secret);
    expect(await listProducers(ports)).toEqual([view]);
  });

  it("whose tokens come from elsewhere gets none", async () => {
    const view = await addProducer(portsOf(), { ...NEW, wantsSecret: false });
    expect(view).toMatchObject({ secrets: [] });
    expect(view).not.toHaveProperty("secret");
  });

  it("is not added twice, nor by what cannot be an id", async () => {
    const ports = portsOf(producerRecord("p"));
    await expect(addProducer(ports, NEW)).rejects.toMatchObject({ code: "producer-exists", category: "failed" });
    await expect(addProducer(ports, { ...NEW, producerId: "a b" })).rejects.toMatchObject({ code: "producer-invalid" });
    await expect(addProducer(ports, { ...NEW, clients: ["a b"] })).rejects.toMatchObject({ code: "client-invalid" });
    await expect(addProducer(ports, { ...NEW, types: ["a b"] })).rejects.toMatchObject({ code: "type-invalid" });
  });

  it("is allowed more, and denied some of it once every gateway knows", async () => {
    const ports = portsOf(producerRecord("p", { allowedClients: ["a"], allowedTypes: ["t"] }));
    expect(await allowProducer(ports, "p", { clients: ["b", "a"], types: ["*"] })).toMatchObject({
      allowedClients: ["a", "b"],
      allowedTypes: ["*"],
    });
    expect(ports.slept).toEqual([]);
    expect(await denyProducer(ports, "p", { clients: ["a"], types: [] })).toMatchObject({ allowedClients: ["b"] });
    expect(ports.slept).toEqual([5000]);
  });

  it("that may send for all is denied all or nothing", async () => {
    const ports = portsOf(producerRecord("p"));
    await expect(denyProducer(ports, "p", { clients: ["a"], types: [] })).rejects.toMatchObject({
      code: "producer-unbound",
    });
    expect(await denyProducer(ports, "p", { clients: ["*"], types: [] })).toMatchObject({
      allowedClients: [],
      allowedTypes: ["*"],
    });
  });

  it("is disabled and removed once every gateway knows, and enabled at once", async () => {
    const ports = portsOf(producerRecord("p"));
    expect(await disableProducer(ports, "p")).toMatchObject({ active: false });
    expect(await enableProducer(ports, "p")).toMatchObject({ active: true });
    expect(await removeProducer(ports, "p")).toBe(true);
    expect(await removeProducer(ports, "p")).toBe(false);
    expect(ports.slept).toEqual([5000, 5000, 5000]);
  });

  it("gets another secret, and the one before ends when it was told to", async () => {
    const ports = portsOf();
    const { secret: first } = await addProducer(ports, NEW);
    const rotated = await rotateSecret(ports, "p", DAY_MS);
    expect(rotated.secret).not.toBe(first);
    expect(rotated.secrets.map(({ expiresAt }) => expiresAt)).toEqual([null, "2026-11-22T12:00:00.000Z"]);
    expect((await rotateSecret(ports, "p", 0)).secrets).toHaveLength(1);
  });

  it("that nobody knows is told with those that are known", async () => {
    await expect(enableProducer(portsOf(producerRecord("producer-1")), "producer-2")).rejects.toMatchObject({
      code: "producer-unknown",
      category: "not-found",
      hint: "Did you mean producer-1? Registered: producer-1.",
    });
  });
});
