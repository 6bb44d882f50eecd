import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { StuckGroup } from "../../src/app/groups/stuck-groups.js";
import type { WhyDocument } from "../../src/app/why/event-life.js";
import { eventBody } from "../factories/events.js";
import { createEvpHome, type EvpHome } from "../factories/evp-home.js";
import { assertFits } from "../factories/output-document.js";
import { openTerminal } from "../factories/terminal.js";

async function send(home: EvpHome, ...events: string[]): Promise<void> {
  const file = join(home.folder, "events.ndjson");
  await writeFile(file, events.join("\n"));
  await home.json(["send", file]);
}

const PAYLOAD = { transactionId: "t", amount: 1, currency: "BRL" };
const transaction = (id: string, changes: object = {}) => eventBody({ id, payload: PAYLOAD, ...changes });
const broken = (id: string, changes: object = {}) =>
  transaction(id, { payload: { ...PAYLOAD, amount: "a lot" }, ...changes });

const CLIENTS = [
  { id: "client-1", allowedTypes: ["transaction"] },
  { id: "client-2", allowedTypes: ["transaction"] },
  { id: "client-3", allowedTypes: ["transaction"], poisonPolicy: "block" },
];

describe("evp why", () => {
  it("tells the life of events, found by any of their ids, and fits its schema", async () => {
    const home = await createEvpHome({ clients: CLIENTS });
    await home.json(["init"]);
    await send(home, transaction("good"), broken("bad"), transaction("both"), broken("both", { clientId: "client-2" }));
    await home.run(["process", "--drain"]);

    const good = await home.json<WhyDocument>(["why", "good"]);
    await assertFits(good, "why");
    expect(good).toMatchObject({ eventId: "good", clientId: "client-1", outcome: "published", others: [] });
    expect(good.timeline.map(({ step }) => step)).toEqual([
      ...["sent", "received", "validated", "permitted", "stored", "published"],
    ]);
    const shown = await home.run(["why", "good", "--body"]);
    expect(shown).toMatchObject({ exitCode: 0, stderr: "" });
    expect(shown.stdout).toMatch(
      /^event good of client-1\npublished, .+ after it was sent\ntransaction 1\.0, from checkout/,
    );
    expect(shown.stdout).toMatch(/published +topic evp-client-1\.fifo\n +sequence \d+\n +SNS message /);
    expect(shown.stdout).toContain('\nbody\n{\n  "id": "good",\n');

    const bad = await home.json<WhyDocument>(["why", "bad", "--body"]);
    await assertFits(bad, "why");
    expect(bad).toMatchObject({
      outcome: "rejected",
      body: broken("bad"),
      judgedNow: { passes: false, isChanged: false },
    });
    expect((await home.run(["why", "bad"])).stdout).toMatch(
      /✗ schema-violation\n +\/payload\/amount must be number\n +found "a lot"\n/,
    );
    const narrow = openTerminal(["why", "bad"], { folder: home.folder, columns: 46, env: { NO_COLOR: "1" } });
    expect(await narrow.ended).toBe(0);
    expect(narrow.text()).toMatch(
      / {2}validated\n {4}✗ schema-violation\n {4}\/payload\/amount must be number\n {6}found "a lot"\n/,
    );
    const messageId = bad.timeline[0]?.messageId ?? "";
    expect(await home.json(["why", messageId])).toMatchObject({ eventId: "bad", foundBy: "message-id" });

    const both = await home.json<WhyDocument>(["why", "both"]);
    await assertFits(both, "why");
    expect(both).toMatchObject({
      clientId: "client-1",
      outcome: "published",
      others: [{ clientId: "client-2", outcome: "rejected" }],
    });
    const one = await home.json(["why", "both", "--client", "client-2"]);
    expect(one).toMatchObject({ clientId: "client-2", outcome: "rejected", others: [] });
  });

  it("follows a redrive to its end", async () => {
    const home = await createEvpHome({ clients: CLIENTS });
    await home.json(["init"]);
    await send(home, transaction("late", { clientId: "acme" }));
    await home.run(["process", "--drain"]);
    expect((await home.run(["why", "late"])).stdout).toMatch(
      /\n→ evp client add acme transaction, then evp dlq redrive --id [0-9a-f-]{36}$/,
    );
    await home.json(["client", "add", "acme", "transaction"]);
    expect((await home.run(["why", "late"])).stdout).toMatch(
      /\n→ it would pass now: evp dlq redrive --id [0-9a-f-]{36}$/,
    );
    await home.json(["dlq", "redrive", "--yes"]);
    const waiting = await home.json<WhyDocument>(["why", "late"]);
    await assertFits(waiting, "why");
    expect(waiting).toMatchObject({ outcome: "redriven", waiting: { why: "no-processor" }, hints: ["evp process"] });
    await home.run(["process", "--drain"]);
    const life = await home.json<WhyDocument>(["why", "late"]);
    expect(life).toMatchObject({ outcome: "published", clientId: "acme" });
    const told = life.timeline.map(({ step }) => step).join(" ");
    expect(told).toBe(
      "sent received validated permitted rejected redriven sent received validated permitted stored published",
    );
  });

  it("tells where an event may be that nobody knows, and ends with 4", async () => {
    const home = await createEvpHome({ clients: CLIENTS });
    await home.json(["init"]);
    await send(home, transaction("waits"));
    const shown = await home.run(["why", "waits"]);
    expect(shown.exitCode).toBe(4);
    expect(shown.stdout).toMatch(
      /^Where waits may be, the likeliest first:\n1\. still on the ingress queue: 1 waits; no processor /,
    );
    expect(shown.stderr).toBe(
      "evp: the journal knows no event waits\nLook where it may be, in the order that is told.",
    );
    const { exitCode, stdout, stderr } = await home.run(["why", "waits", "--json"]);
    const document: WhyDocument = JSON.parse(stdout);
    await assertFits(document, "why");
    expect([exitCode, document.outcome, document.places[0]?.place]).toEqual([4, "unknown", "ingress"]);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: "event-unknown", retryable: false } });
  });

  it("refuses what is no id, and says so where there is no stack", async () => {
    const home = await createEvpHome();
    for (const id of ["two words", "", "é", "x".repeat(129)]) {
      const { exitCode, stdout, stderr } = await home.run(["why", id]);
      expect([exitCode, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(
        /^evp: ".*" is no event id\nAn id is 1–128 printable characters of ASCII, without a space\.$/,
      );
    }
    expect(await home.run(["why"])).toMatchObject({ exitCode: 2 });
    const nowhere = await home.run(["why", "e-1", "--quiet"]);
    expect(nowhere).toMatchObject({ exitCode: 4, stdout: "" });
    expect(nowhere.stderr).toContain("Run evp init.");
  });
});

describe("evp groups", () => {
  it("lists what waits for an operator, with its head and what waits behind it", async () => {
    const home = await createEvpHome({ clients: CLIENTS });
    await home.json(["init"]);
    const empty = await home.run(["groups", "--json"]);
    expect([empty.exitCode, empty.stdout]).toEqual([0, "[]"]);
    const none = await home.run(["groups"]);
    expect([none.exitCode, none.stdout]).toEqual([0, ""]);
    expect(none.stderr).toMatch(/^No group is known to stand still\.\nNo processor has said /);
    expect((await home.run(["groups", "--quiet"])).stderr).toBe("");

    const [clientId, key] = ["client-3", "k"];
    await send(
      home,
      broken("head", { clientId, key }),
      transaction("b", { clientId, key }),
      transaction("c", { clientId, key }),
    );
    await home.run(["process", "--drain"]);
    const groups = await home.json<StuckGroup[]>(["groups"]);
    await assertFits(groups, "groups");
    expect(groups).toMatchObject([
      {
        groupId: "client-3#k",
        state: "blocked",
        clientId,
        eventId: "head",
        reason: "schema-violation",
        behindAtLeast: 2,
      },
    ]);
    const { stdout } = await home.run(["groups"]);
    expect(stdout).toMatch(
      /^1 group does not move\nclient-3#k\n {2}blocked for .*; at least 2 messages behind its head\n/,
    );
    expect(stdout).toContain("→ or to the DLQ with it: evp client poison client-3 skip");
    expect(await home.json(["groups", "--client", "client-1"])).toEqual([]);
    expect(await home.json(["groups", "--stalled"])).toEqual([]);

    const head = await home.json<WhyDocument>(["why", "head"]);
    await assertFits(head, "why");
    expect(head).toMatchObject({ outcome: "blocked", foundBy: "blocked-group" });
    expect(await home.json(["why", "b"])).toMatchObject({ outcome: "accepted", waiting: { why: "behind" } });
  });

  it("says so where there is no stack", async () => {
    const home = await createEvpHome();
    const { exitCode, stdout, stderr } = await home.run(["groups", "--quiet"]);
    expect([exitCode, stdout]).toEqual([4, ""]);
    expect(stderr).toContain("Run evp init.");
  });
});
