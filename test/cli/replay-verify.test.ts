import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { execa } from "execa";
import { describe, expect, it, onTestFinished } from "vitest";
import type { ReplayReport } from "../../src/app/replay/replay-events.js";
import type { VerifyReport } from "../../src/app/verify/verify-stack.js";
import { eventBody } from "../factories/events.js";
import { createEvpHome, type EvpHome } from "../factories/evp-home.js";
import { assertFits } from "../factories/output-document.js";

const EVP = resolve(import.meta.dirname, "../../bin/evp.js");
const CLIENTS = [
  { id: "client-1", allowedTypes: ["transaction"] },
  { id: "client-2", allowedTypes: ["transaction"] },
];

/** A stack on which client-1 has got so many events, in three groups. */
async function createStack(count: number): Promise<EvpHome> {
  const home = await createEvpHome({ clients: CLIENTS });
  await home.json(["init"]);
  const payload = { transactionId: "t", amount: 1, currency: "BRL" };
  const events = Array.from({ length: count }, (_, n) => eventBody({ id: `e-${n}`, key: `k-${n % 3}`, payload }));
  await writeFile(join(home.folder, "events.ndjson"), events.join("\n"));
  await home.json(["send", join(home.folder, "events.ndjson")]);
  await home.json(["process", "--drain"]);
  return home;
}

/** Ids that client-1 got, in order. */
async function received(home: EvpHome): Promise<string[]> {
  const { stdout } = await home.run(["tail", "client-1", "--consume", "--timeout", "1s", "--json"]);
  return stdout.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line).eventId]));
}

const queued = async (home: EvpHome) => {
  const { clients } = await home.json<{ clients: { queue: { visible: number } }[] }>(["status"]);
  return clients[0]?.queue.visible ?? 0;
};

describe("evp replay", () => {
  it("plans, sends once more in order, and its documents fit their schema", async () => {
    const home = await createStack(12);
    expect(await received(home)).toHaveLength(12);
    const dry = await home.json<ReplayReport>(["replay", "--client", "client-1", "--from", "1h", "--dry-run"]);
    await assertFits(dry, "replay");
    expect(dry).toMatchObject({ matched: 12, replayed: 0, plan: { byType: { transaction: 12 }, groups: 3 } });
    expect(await received(home)).toEqual([]);

    const done = await home.json<ReplayReport>(["replay", "--client", "client-1", "--from", "1h"]);
    await assertFits(done, "replay");
    expect(done).toMatchObject({ matched: 12, replayed: 12, failed: 0, interrupted: false });
    const ids = await received(home);
    expect([...ids].sort()).toEqual(Array.from({ length: 12 }, (_, n) => `e-${n}`).sort());
    for (const group of [0, 1, 2]) {
      const ofGroup = ids.filter((id) => Number(id.slice(2)) % 3 === group).map((id) => Number(id.slice(2)));
      expect(ofGroup).toEqual([...ofGroup].sort((one, other) => one - other));
    }

    const one = await home.run(["replay", "--client", "client-1", "--id", "e-7", "--id", "nobody", "--to-queue"]);
    expect(one.exitCode).toBe(0);
    expect(one.stdout).toMatch(/^1 event replayed to client-1 in [\d.]+ m?s \(replay \d{8}-\d{6}-[0-9a-f]{6}\)$/);
    expect(one.stderr).toContain("replay to client-1, to its own queue\n");
    expect(one.stderr).toContain("  not found  nobody\n");
    expect(await received(home)).toEqual(["e-7"]);
    expect(await home.json(["verify", "--since", "1h"])).toMatchObject({ checked: 12, findings: [] });
  });

  it("stops at Ctrl-C, and the line that it prints goes on with it: nothing is missing, nothing twice", async () => {
    const home = await createStack(60);
    expect(await received(home)).toHaveLength(60);
    const args = ["replay", "--client", "client-1", "--from", "1h", "--rate", "20/s"];
    const running = execa(process.execPath, [EVP, ...args], {
      cwd: home.folder,
      reject: false,
      env: { HOME: home.folder, NO_COLOR: "1" },
      stdin: "ignore",
    });
    onTestFinished(() => void running.kill("SIGKILL"));
    await expect.poll(() => queued(home), { timeout: 20_000 }).toBeGreaterThan(0);
    running.kill("SIGINT");
    const { exitCode, stderr } = await running;
    expect(exitCode).toBe(130);
    expect(stderr).toMatch(/evp: interrupted: \d+ replayed\nGo on with it: evp replay /);
    const line = stderr.split("Go on with it: evp ").at(-1)?.trim().split(" ") ?? [];
    const rest = await home.json<ReplayReport>(line);
    await assertFits(rest, "replay");
    const before = Number(/interrupted: (\d+) replayed/.exec(stderr)?.[1]);
    expect(before).toBeGreaterThan(0);
    expect(rest.replayed).toBe(60 - before);
    const ids = await received(home);
    expect(new Set(ids).size).toBe(60);
    expect(ids).toHaveLength(60);
  });

  it.each([
    [["replay"], 2, "evp: nothing says whose events to replay\nName a client with --client"],
    [["replay", "--client", "client-1", "--from", "1h", "--to", "2h"], 2, "evp: the period is empty"],
    [["replay", "--client", "client-1", "--from", "yesterday"], 2, "evp: option '--from <time>' argument 'yesterday'"],
    [["replay", "--client", "client-1", "--rate", "0"], 2, "evp: option '--rate <n/s>' argument '0' is invalid"],
    [["replay", "--client", "client-1", "--resume", "r-1"], 2, "Expected the id of a replay, for instance 2026"],
    [["replay", "--client", "client-2", "extra"], 2, "evp: too many arguments"],
    [["verify", "--since", "soon"], 2, "evp: option '--since <time>' argument 'soon' is invalid"],
    [["verify", "--client", "client-11"], 4, "evp: there is no client client-11\nDid you mean client-1?"],
    [["replay", "--client", "client-11"], 4, "evp: there is no client client-11\nDid you mean client-1?"],
  ])("%j is told apart", async (args, expected, text) => {
    const home = await createEvpHome({ clients: CLIENTS });
    if (expected === 4) await home.json(["init"]);
    const { exitCode, stdout, stderr } = await home.run(args);
    expect(stderr).toContain(text);
    expect([exitCode, stdout]).toEqual([expected, ""]);
  });

  it("elsewhere than on the embedded stack, nothing is sent without an answer", async () => {
    const home = await createStack(1);
    const { endpoint } = await home.json<{ endpoint: string }>(["local", "status"]);
    await writeFile(
      join(home.folder, "evp.config.json"),
      JSON.stringify({ clients: CLIENTS, targets: { far: { endpointUrl: endpoint, region: "us-east-1" } } }),
    );
    const far = ["replay", "--client", "client-1", "--from", "1h", "--target", "far"];
    const env = { HOME: home.folder, AWS_ACCESS_KEY_ID: "x", AWS_SECRET_ACCESS_KEY: "x" };
    const run = (args: string[]) =>
      execa(process.execPath, [EVP, ...args], { cwd: home.folder, reject: false, env, stdin: "ignore" });
    const refused = await run(far);
    expect([refused.exitCode, refused.stdout]).toEqual([2, ""]);
    expect(refused.stderr).toContain("there is nobody to ask: send stored events once more?\nAdd --yes");
    const sent = await run([...far, "--yes", "--json"]);
    expect(JSON.parse(sent.stdout)).toMatchObject({ replayed: 1 });
    expect(sent.stderr).toContain("--target far");
  });
});

describe("evp verify", () => {
  it("finds what the journal shows as lost and what is not on the DLQ, and its document fits its schema", async () => {
    const home = await createStack(9);
    const clean = await home.run(["verify", "--since", "1h"]);
    expect(clean.exitCode).toBe(0);
    expect(clean.stdout).toMatch(
      /^9 events of 2 clients and 0 rejections looked at in [\d.]+ m?s: all is as it should be$/,
    );

    await forgetPublication(home, "e-1");
    const { exitCode, stdout, stderr } = await home.run(["verify", "--since", "1h", "--json"]);
    const report = JSON.parse(stdout) as VerifyReport;
    await assertFits(report, "verify");
    expect(report).toMatchObject({ checked: 9, repaired: 0, repairable: 1 });
    expect(report.findings).toMatchObject([
      { kind: "gap", eventId: "e-1", clientId: "client-1", groupId: "client-1#k-1" },
    ]);
    expect(exitCode).toBe(5);
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: "findings", message: "1 thing is not as it should be" },
    });

    const shown = await home.run(["verify", "--since", "1h"]);
    expect(shown.stdout).toContain("gap\n  accepted and never published, while newer events of its group were: ");
    expect(shown.stdout).toContain(
      "\n  → publish it now, behind the newer events of its group, with evp verify --repair\n",
    );
    expect(shown.stdout).toContain("\n  e-1  client-1  group client-1#k-1  2");
  });

  // The repair waits 30 s for a processor that may be about to record what it published.
  it("repairs what nobody published, once: the client gets it, and nothing is found any more", {
    timeout: 180_000,
  }, async () => {
    const home = await createStack(3);
    expect(await received(home)).toHaveLength(3);
    await storeUnpublished(home, { like: "e-1", eventId: "lost-1" });
    const { exitCode, stdout } = await home.run(["verify", "--repair", "--yes", "--json"]);
    const report = JSON.parse(stdout) as VerifyReport;
    await assertFits(report, "verify");
    expect(report).toMatchObject({ checked: 4, repaired: 1, repairable: 1 });
    expect(report.findings).toMatchObject([{ eventId: "lost-1", repaired: true }]);
    expect(exitCode).toBe(0);
    expect(await received(home)).toEqual(["lost-1"]);

    const again = await home.run(["verify", "--repair", "--yes"]);
    expect(again.stdout).toContain("all is as it should be\n1 published by an earlier repair");
    expect(await received(home)).toEqual([]);
  });
});

function tablesOf(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({ endpoint, region: "us-east-1", credentials: { accessKeyId: "x", secretAccessKey: "x" } });
}

/** Puts an event into the journal as it would be had its processor died 20 minutes ago, before it published it. */
async function storeUnpublished(home: EvpHome, { like, eventId }: { like: string; eventId: string }): Promise<void> {
  const { endpoint } = await home.json<{ endpoint: string }>(["local", "status"]);
  const dynamodb = tablesOf(endpoint);
  const table = { TableName: "evp-events" };
  const { Item = {} } = await dynamodb.send(
    new GetItemCommand({ ...table, Key: { eventId: { S: like }, fact: { S: "client-1#accepted" } } }),
  );
  const envelope = { M: { ...Item.envelope?.M, id: { S: eventId } } };
  const body = { S: Item.body?.S?.replace(`"${like}"`, `"${eventId}"`) ?? "" };
  const claimedAt = { N: String(Date.now() - 20 * 60_000) };
  const lost = { ...Item, eventId: { S: eventId }, envelope, body, claimedAt, owner: { S: "m-lost" } };
  await dynamodb.send(new PutItemCommand({ ...table, Item: lost }));
  dynamodb.destroy();
}

/** Makes the journal look as if nobody had published the event, 20 minutes after it was accepted. */
async function forgetPublication(home: EvpHome, eventId: string): Promise<void> {
  const { endpoint } = await home.json<{ endpoint: string }>(["local", "status"]);
  const dynamodb = tablesOf(endpoint);
  const key = (fact: string) => ({ eventId: { S: eventId }, fact: { S: `client-1#${fact}` } });
  await dynamodb.send(new DeleteItemCommand({ TableName: "evp-events", Key: key("published") }));
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: "evp-events",
      Key: key("accepted"),
      UpdateExpression: "SET claimedAt = :then",
      ExpressionAttributeValues: { ":then": { N: String(Date.now() - 20 * 60_000) } },
    }),
  );
  dynamodb.destroy();
}
