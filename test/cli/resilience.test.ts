import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { eventBody } from "../factories/events.js";
import { createEvpHome, type EvpHome } from "../factories/evp-home.js";

/** Short, so that a killed processor's messages come again soon. */
const CONFIG = { ingress: { visibilitySeconds: 20 }, process: { callTimeoutMs: 3000 } };
const GROUPS = 20;
const payload = { transactionId: "t", amount: 1, currency: "BRL" };

/** Writes a file of events; the id tells the group and the place in it. */
async function writeEvents(home: EvpHome, count: number): Promise<string> {
  const lines = Array.from({ length: count }, (_, index) => {
    const group = index % GROUPS;
    return eventBody({ id: `g${group}-${Math.floor(index / GROUPS)}`, key: `g${group}`, payload });
  });
  const file = join(home.folder, "events.ndjson");
  await writeFile(file, lines.join("\n"));
  return file;
}

interface Delivered {
  eventId: string;
}

/** Everything on client-1's queue, in the order of delivery. */
async function delivered(home: EvpHome): Promise<string[]> {
  const { stdout } = await home.run(["tail", "client-1", "--consume", "--timeout", "1s", "--json"]);
  const records: Delivered[] = stdout.split("\n").map((line) => JSON.parse(line));
  return records.map(({ eventId }) => eventId);
}

function inOrderOfGroup(ids: string[], count: number): void {
  expect(ids).toHaveLength(count);
  for (let group = 0; group < GROUPS; group++) {
    const places = ids.filter((id) => id.startsWith(`g${group}-`)).map((id) => Number(id.split("-")[1]));
    expect(places).toEqual(Array.from({ length: count / GROUPS }, (_, index) => index));
  }
}

async function untilPublished(home: EvpHome, count: number): Promise<void> {
  interface Status {
    clients: { clientId: string; queue: { visible: number } }[];
  }
  for (;;) {
    const { clients } = await home.json<Status>(["status"]);
    if ((clients.find(({ clientId }) => clientId === "client-1")?.queue.visible ?? 0) >= count) return;
  }
}

describe("a processor", () => {
  it("that is killed in the middle of 2,000 events loses none, doubles none and keeps the order", async () => {
    const home = await createEvpHome(CONFIG);
    await home.json(["init"]);
    await home.json(["send", await writeEvents(home, 2000)]);
    const killed = home.start(["process"]);
    await untilPublished(home, 200);
    killed.kill("SIGKILL");
    await killed.exitCode;
    const before = await home.json<{ ingress: { visible: number; inFlight: number } }>(["status"]);
    expect(before.ingress.visible + before.ingress.inFlight).toBeGreaterThan(0);
    await home.json(["process", "--drain"]);
    inOrderOfGroup(await delivered(home), 2000);
    expect(await home.json<{ dlq: object }>(["status"])).toMatchObject({ dlq: { visible: 0, inFlight: 0 } });
  });

  it("with several workers keeps the order, stops all of them at a signal, and goes on from there", async () => {
    const home = await createEvpHome(CONFIG);
    await home.json(["init"]);
    await home.json(["send", await writeEvents(home, 2000)]);
    const first = home.start(["process", "--workers", "2"]);
    await untilPublished(home, 200);
    first.kill("SIGTERM");
    expect(await first.exitCode).toBe(0);
    expect(await home.json<object>(["status"])).toMatchObject({ ingress: { inFlight: 0 } });
    const { exitCode, stdout, stderr } = await home.run(["process", "--workers", "2", "--drain", "--json"]);
    expect(exitCode).toBe(0);
    const summaries = stderr.split("\n").filter((line) => line.includes('"msg":"stopped"'));
    expect(summaries).toHaveLength(2);
    const counts = summaries.map((line): number => JSON.parse(line).summary.published);
    expect(JSON.parse(stdout).published).toBe(counts.reduce((all, each) => all + each, 0));
    inOrderOfGroup(await delivered(home), 2000);
  });

  it("beside another on the same queue keeps the order and publishes nothing twice", async () => {
    const home = await createEvpHome(CONFIG);
    await home.json(["init"]);
    await home.json(["send", await writeEvents(home, 2000)]);
    const drain = () => home.json<{ published: number }>(["process", "--drain", "--concurrency", "50"]);
    const [one, other] = await Promise.all([drain(), drain()]);
    expect(one.published + other.published).toBe(2000);
    inOrderOfGroup(await delivered(home), 2000);
  });

  it("that is told to stop leaves no group locked, and says what it did", async () => {
    const home = await createEvpHome(CONFIG);
    await home.json(["init"]);
    await home.json(["send", await writeEvents(home, 1000)]);
    const stopped = home.start(["process", "--json"]);
    await untilPublished(home, 100);
    stopped.kill("SIGTERM");
    expect(await stopped.exitCode).toBe(0);
    expect(await home.json<object>(["status"])).toMatchObject({ ingress: { inFlight: 0, delayed: 0 } });
    await home.json(["process", "--drain"]);
    inOrderOfGroup(await delivered(home), 1000);
  });
});

describe("the embedded stack", () => {
  it("that is killed keeps queues, messages and tables", async () => {
    const home = await createEvpHome(CONFIG);
    await home.json(["init"]);
    await home.json(["send", await writeEvents(home, 100)]);
    const { pid } = await home.json<{ pid: number }>(["local", "status"]);
    process.kill(pid, "SIGKILL");
    // The next command finds out and starts it again.
    expect(await home.json<object>(["process", "--drain"])).toMatchObject({ received: 100, published: 100 });
    inOrderOfGroup(await delivered(home), 100);
    expect(await home.json<object[]>(["client", "list"])).toHaveLength(3);
  });

  it("that is killed under a running processor is waited for, and nothing reaches the DLQ", async () => {
    const home = await createEvpHome(CONFIG);
    await home.json(["init"]);
    await home.json(["send", await writeEvents(home, 1000)]);
    const running = home.start(["process"]);
    await untilPublished(home, 100);
    const { pid } = await home.json<{ pid: number }>(["local", "status"]);
    process.kill(pid, "SIGKILL");
    await home.json(["local", "start"]);
    await untilPublished(home, 1000);
    running.kill("SIGTERM");
    await running.exitCode;
    inOrderOfGroup(await delivered(home), 1000);
    expect(await home.json<object>(["status"])).toMatchObject({ dlq: { visible: 0, inFlight: 0 } });
  });
});
