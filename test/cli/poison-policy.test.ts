import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { eventBody } from "../factories/events.js";
import { createEvpHome, type EvpHome } from "../factories/evp-home.js";

const CLIENTS = [
  { id: "client-1", allowedTypes: ["transaction"], poisonPolicy: "block" },
  { id: "client-2", allowedTypes: ["transaction"] },
];

interface Blocked {
  groupId: string;
  eventId: string;
  since: string;
  lastTriedAt: string;
}

/** Sends events of one key each: what is `bad` breaks its schema. */
async function send(home: EvpHome, events: [id: string, key: string, clientId?: string][]): Promise<void> {
  const lines = events.map(([id, key, clientId = "client-1"]) => {
    const amount = id.startsWith("bad") ? "a lot" : 1;
    return eventBody({ id, key, clientId, payload: { transactionId: "t", amount, currency: "BRL" } });
  });
  const file = join(home.folder, "events.ndjson");
  await writeFile(file, lines.join("\n"));
  await home.json(["send", file]);
}

async function delivered(home: EvpHome, client: string): Promise<string[]> {
  const { stdout } = await home.run(["tail", client, "--consume", "--timeout", "1s", "--json"]);
  return stdout.split("\n").map((line) => JSON.parse(line).eventId);
}

it("a client that blocks: its group waits, the operator is told, and it goes on in order", async () => {
  const home = await createEvpHome({ clients: CLIENTS });
  await home.json(["init"]);
  expect(await home.json(["client", "list"])).toMatchObject([{ poisonPolicy: "block" }, { poisonPolicy: "skip" }]);
  await send(home, [
    ["a", "k"],
    ["bad", "k"],
    ["b", "k"],
    ["c", "k"],
    ["other", "k2"],
    ["bad-2", "k", "client-2"],
    ["d", "k", "client-2"],
  ]);

  const drained = await home.run(["process", "--drain", "--json"]);
  expect(drained.exitCode).toBe(6);
  expect(JSON.parse(drained.stdout)).toMatchObject({
    published: 3,
    rejected: 1,
    blocked: 1,
    blockedGroups: [{ groupId: "client-1#k", clientId: "client-1", reason: "schema-violation" }],
  });
  const error = drained.stderr.split("\n").find((line) => line.startsWith('{"error"'));
  expect(JSON.parse(error ?? "{}")).toMatchObject({
    error: {
      code: "groups-blocked",
      message: "what is left is blocked: client-1#k (schema-violation, of client-1)",
    },
  });

  const { blocked } = await home.json<{ blocked: Blocked[] }>(["status"]);
  const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  expect(blocked).toEqual([
    {
      groupId: "client-1#k",
      clientId: "client-1",
      eventId: "bad",
      type: "transaction",
      messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      reason: "schema-violation",
      detail: "/payload/amount must be number",
      since: instant,
      lastTriedAt: instant,
    },
  ]);
  const { stdout } = await home.run(["status"]);
  expect(stdout).toContain("\n1 group blocked\nclient-1#k\n  client client-1, transaction, event bad\n");
  expect(stdout).toContain("evp client poison client-1 skip");

  expect(await home.json(["client", "poison", "client-1", "skip"])).toMatchObject({ poisonPolicy: "skip" });
  expect(await home.json(["process", "--drain"])).toMatchObject({ published: 2, rejected: 1, blocked: 0 });
  const ids = await delivered(home, "client-1");
  expect(ids.filter((id) => id !== "other")).toEqual(["a", "b", "c"]);
  expect(await delivered(home, "client-2")).toEqual(["d"]);
  expect(await home.json(["status"])).toMatchObject({ blocked: [], dlq: { visible: 2 } });
});

it("a policy is said when a client is added, and changed later", async () => {
  const home = await createEvpHome({ clients: [] });
  await home.json(["init"]);
  const added = await home.json(["client", "add", "acme", "transaction", "--poison-policy", "block"]);
  expect(added).toMatchObject({ clientId: "acme", poisonPolicy: "block" });
  expect((await home.run(["client", "list"])).stdout).toContain("POISON");
  expect(await home.json(["client", "poison", "acme", "skip"])).toMatchObject({ poisonPolicy: "skip" });
  expect((await home.run(["client", "list"])).stdout).not.toContain("POISON");
  const wrong = await home.run(["client", "poison", "acme", "drop"]);
  expect([wrong.exitCode, wrong.stderr]).toEqual([
    2,
    'evp: "drop" is no poison policy\nSay skip (to the DLQ, and the group goes on) or block (the group waits).',
  ]);
});
