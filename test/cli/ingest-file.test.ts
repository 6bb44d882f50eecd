import { appendFileSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, it } from "vitest";
import { createEvpHome, type EvpHome } from "../factories/evp-home.js";

interface Report {
  read: number;
  sent: number;
  deadLettered: number;
}

/** Lines of events `<prefix>-<n>` of client-1, of a few keys. */
function events(prefix: string, count: number): string {
  const lines = Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      id: `${prefix}-${index}`,
      type: "transaction",
      clientId: "client-1",
      source: "checkout",
      timestamp: "2026-11-21T10:00:00Z",
      key: `account-${index % 7}`,
      payload: { transactionId: `${prefix}-${index}`, amount: 1, currency: "BRL" },
    }),
  );
  return lines.map((line) => `${line}\n`).join("");
}

const waiting = async (home: EvpHome) =>
  (await home.json<{ ingress: { visible: number } }>(["status"])).ingress.visible;

function positionOf(home: EvpHome): number {
  const folder = join(home.folder, ".evp/ingest/local/evp");
  const [file] = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
  if (file === undefined) return 0;
  return JSON.parse(readFileSync(join(folder, file), "utf8")).files.at(-1)?.offset ?? 0;
}

/** What client-1 gets, in order, group by group. */
async function deliveredByGroup(home: EvpHome): Promise<Record<string, string[]>> {
  const { stdout } = await home.run(["tail", "client-1", "--consume", "--timeout", "1s", "--json"]);
  const groups: Record<string, string[]> = {};
  for (const line of stdout.split("\n").filter((text) => text !== "")) {
    const { eventId, groupId } = JSON.parse(line);
    groups[groupId] = [...(groups[groupId] ?? []), eventId];
  }
  return groups;
}

it("goes on from where it was, and ends with 5 where a line can be no message", async () => {
  const home = await createEvpHome();
  const file = join(home.folder, "orders.ndjson");
  writeFileSync(file, events("a", 20));
  await home.json(["init"]);
  const first = await home.json<Report>(["ingest", "file", "orders.ndjson"]);
  expect(first).toMatchObject({ read: 20, sent: 20, deadLettered: 0, interrupted: false, stoppedBy: null });
  const schema = JSON.parse(readFileSync(resolve(import.meta.dirname, "../../schemas/output/ingest.json"), "utf8"));
  const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);
  expect(validate(first) || validate.errors).toBe(true);
  expect(await home.json<Report>(["ingest", "file", "orders.ndjson"])).toMatchObject({ read: 0 });
  appendFileSync(file, Buffer.concat([Buffer.from([0xff, 0x0a]), Buffer.from(`no JSON\n${events("b", 1)}`)]));
  const second = await home.run(["ingest", "file", "orders.ndjson", "--json"]);
  expect(second.exitCode).toBe(5);
  expect(JSON.parse(second.stdout)).toMatchObject({ read: 3, sent: 2, deadLettered: 1 });
  expect(second.stderr).toContain("Going on in orders.ndjson at line 21");
  const letters = await home.json<object[]>(["dlq", "list"]);
  expect(letters).toMatchObject([{ reason: "malformed-json", body: "\\xff", eventId: null }]);
  expect(await home.json(["process", "--drain"])).toMatchObject({ received: 22, published: 21, rejected: 1 });
  // The embedded stack begins anew, and so does the file.
  await home.run(["local", "reset", "--yes"]);
  await home.json(["init"]);
  expect(await home.run(["ingest", "file", "orders.ndjson"])).toMatchObject({ exitCode: 5 });
  expect(await waiting(home)).toBe(22);
}, 120_000);

it("reads stdin, and refuses to follow it", async () => {
  const home = await createEvpHome();
  await home.json(["init"]);
  const { exitCode, stdout } = await home.run(["ingest", "file", "-", "--json"], `${events("a", 3)}\n{"half":`);
  expect({ exitCode, ...JSON.parse(stdout) }).toMatchObject({ exitCode: 0, source: "stdin", read: 4, sent: 4 });
  expect(await home.run(["ingest", "file", "-", "--follow"])).toMatchObject({ exitCode: 2 });
  expect(await home.run(["ingest", "file", "missing.ndjson"])).toMatchObject({ exitCode: 2 });
}, 60_000);

it("is killed again and again while it follows, through a rotation, and loses and reorders nothing", async () => {
  const home = await createEvpHome();
  const file = join(home.folder, "orders.ndjson");
  await home.json(["init"]);
  writeFileSync(file, events("a", 300));
  const follow = () => home.start(["ingest", "file", "orders.ndjson", "--follow"]);
  const first = follow();
  await expect.poll(() => waiting(home), { timeout: 20_000 }).toBeGreaterThan(20);
  first.kill("SIGKILL");
  await first.exitCode;
  appendFileSync(file, events("b", 100));
  renameSync(file, `${file}.1`);
  writeFileSync(file, events("c", 50));
  const second = follow();
  await expect.poll(() => waiting(home), { timeout: 20_000 }).toBeGreaterThan(310);
  second.kill("SIGKILL");
  await second.exitCode;
  appendFileSync(file, events("d", 10));
  const third = follow();
  await expect.poll(() => waiting(home), { timeout: 20_000 }).toBe(460);
  // While it follows: a second one is refused, and a rotation is gone through.
  const refused = await home.run(["ingest", "file", "orders.ndjson"]);
  expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("reads") });
  renameSync(file, `${file}.2`);
  appendFileSync(`${file}.2`, events("e", 5));
  writeFileSync(file, events("f", 5));
  await expect.poll(() => waiting(home), { timeout: 20_000 }).toBe(470);
  third.kill("SIGTERM");
  expect(await third.exitCode).toBe(0);
  expect(positionOf(home)).toBe(events("f", 5).length);
  expect(await home.json(["process", "--drain"])).toMatchObject({ received: 470, published: 470, rejected: 0 });
  const written = [
    ["a", 300],
    ["b", 100],
    ["c", 50],
    ["d", 10],
    ["e", 5],
    ["f", 5],
  ] as const;
  const expected: Record<string, string[]> = {};
  for (const [prefix, count] of written) {
    for (let index = 0; index < count; index++) {
      const group = `client-1#account-${index % 7}`;
      expected[group] = [...(expected[group] ?? []), `${prefix}-${index}`];
    }
  }
  expect(await deliveredByGroup(home)).toEqual(expected);
}, 180_000);

it("waits out a stack that is down", async () => {
  const home = await createEvpHome();
  const file = join(home.folder, "orders.ndjson");
  writeFileSync(file, events("a", 5));
  await home.json(["init"]);
  const follower = home.start(["ingest", "file", "orders.ndjson", "--follow"]);
  await expect.poll(() => waiting(home), { timeout: 20_000 }).toBe(5);
  await home.run(["local", "stop"]);
  appendFileSync(file, events("b", 5));
  // Whatever it tries meanwhile fails, until the stack is there again.
  await home.run(["local", "start"]);
  await expect.poll(() => waiting(home), { timeout: 20_000 }).toBe(10);
  follower.kill("SIGINT");
  expect(await follower.exitCode).toBe(0);
}, 120_000);
