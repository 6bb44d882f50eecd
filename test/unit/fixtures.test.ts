import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadFixture } from "../../src/app/send/fixture-folder.js";
import { parseFixture } from "../../src/core/fixture.js";
import { type FixtureMessage, fixtureMessages } from "../../src/core/fixture-round.js";
import { decidePermission } from "../../src/core/permission.js";
import { createMemoryClients } from "../doubles/memory-clients.js";
import { createBuiltInExaminer } from "../doubles/stack-schemas.js";

const FOLDER = join(import.meta.dirname, "../../fixtures");
const examine = createBuiltInExaminer();
const names = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".json"))
  .map((name) => name.slice(0, -".json".length));

function messagesOf(name: string): FixtureMessage[] {
  const fixture = parseFixture(name, readFileSync(join(FOLDER, `${name}.json`), "utf8"));
  let uuids = 0;
  const newUuid = () => `00000000-0000-4000-8000-${String(++uuids).padStart(12, "0")}`;
  return fixtureMessages(fixture, { number: 1, now: Date.parse("2026-11-21T10:00:00Z"), newUuid });
}

/** What the queue and the processor make of a fixture's messages, one after the other. */
async function endsOf(messages: FixtureMessage[]): Promise<string[]> {
  const clients = await createMemoryClients().get(["client-1", "client-2", "client-3"]);
  const deduplicationIds = new Set<string>();
  const contents = new Map<string, string>();
  return messages.map(({ body, deduplicationId }) => {
    if (deduplicationId !== undefined && deduplicationIds.has(deduplicationId)) return "deduplicated";
    if (deduplicationId !== undefined) deduplicationIds.add(deduplicationId);
    const examined = examine({ body, attributes: {}, receivedAt: Date.parse("2026-11-21T10:00:01Z") });
    if (!examined.ok) return examined.rejection.reason;
    const { id, clientId, type } = examined.event;
    const permission = decidePermission(clientId, type, clients.get(clientId));
    if (!permission.allowed) return permission.rejection.reason;
    const content = contents.get(id);
    contents.set(id, content ?? examined.contentHash);
    if (content === undefined) return "published";
    return content === examined.contentHash ? "duplicate" : "id-conflict";
  });
}

describe("the fixtures that come with evp", () => {
  it("are those that their page lists, with the same words", () => {
    const page = readFileSync(join(FOLDER, "README.md"), "utf8");
    const listed = [...page.matchAll(/^\| `([\w-]+)` \| (.*) \|$/gm)].map(([, name, text]) => [name, text]);
    const files = names.map((name) => [
      name,
      JSON.parse(readFileSync(join(FOLDER, `${name}.json`), "utf8")).description,
    ]);
    expect(listed.sort()).toEqual(files.sort());
  });

  it("cover what is promised", () => {
    const promised = ["duplicate", "forbidden", "invalid", "malformed", "oversized", "unknown-client", "valid"];
    expect(names).toEqual(expect.arrayContaining(promised));
  });

  it.each(names)("%s ends as it says", async (name) => {
    const messages = messagesOf(name);
    const expected = messages.map(({ expect: { outcome, reason } }) => reason ?? outcome);
    expect(await endsOf(messages)).toEqual(expected);
  });

  it("valid has every type, and only what each client may have", () => {
    const events = messagesOf("valid").map(({ body }) => JSON.parse(body));
    const pairs = events.map(({ clientId, type }) => `${clientId} ${type}`);
    expect(pairs.sort()).toEqual([
      "client-1 integration",
      "client-1 monitoring",
      "client-1 transaction",
      "client-1 user_action",
      "client-2 monitoring",
      "client-2 user_action",
      "client-3 integration",
      "client-3 transaction",
    ]);
  });

  it("duplicate sends one event three times, twice under one deduplication id", () => {
    const messages = messagesOf("duplicate");
    expect(new Set(messages.map(({ body }) => body)).size).toBe(1);
    const [first, second, third] = messages.map(({ deduplicationId }) => deduplicationId);
    expect(first).toBe(second);
    expect(third).not.toBe(first);
  });
});

describe("a fixture that is asked for by name", () => {
  const text = JSON.stringify({ description: "mine", events: [{ raw: "", expect: { outcome: "published" } }] });
  const folder = (...known: string[]) => ({
    names: async () => known,
    read: async (name: string) => text.replace("mine", `${known[0]} ${name}`),
  });

  it("comes from the first folder that has it", async () => {
    const folders = [folder("own"), folder("built-in", "valid"), folder("other", "valid")];
    expect(await loadFixture("valid", folders)).toMatchObject({ name: "valid", description: "built-in valid" });
  });

  it("is suggested when it is misspelt", async () => {
    await expect(loadFixture("vaild", [folder("valid", "invalid"), folder("duplicate")])).rejects.toMatchObject({
      message: "there is no fixture called vaild; did you mean valid?",
      hint: "fixtures: duplicate, invalid, valid",
      category: "usage",
    });
  });
});

describe("the schemas that come with evp", () => {
  const base = { id: "e", clientId: "client-1", source: "s", timestamp: "2026-11-21T10:00:00Z" };
  const refusal = (type: string, payload: object) => {
    const examined = examine({ body: JSON.stringify({ ...base, type, payload }), attributes: {}, receivedAt: 0 });
    return examined.ok ? undefined : examined.rejection.detail;
  };

  it.each([
    ["monitoring", { severity: "high" }],
    ["user_action", { userId: "u", action: "login", resource: "/" }],
    ["transaction", { transactionId: "t", amount: 0.1, currency: "BRL" }],
    ["integration", { source: "a", target: "b", operation: "sync" }],
  ])("take a %s event with what is required, and with more", (type, payload) => {
    expect(refusal(type, payload)).toBeUndefined();
    expect(refusal(type, { ...payload, more: true })).toBeUndefined();
    for (const name of Object.keys(payload)) {
      expect(refusal(type, { ...payload, [name]: undefined })).toContain(name);
    }
  });

  it.each([
    ["monitoring", { severity: "terrible" }, "/payload/severity"],
    ["transaction", { transactionId: "t", amount: "1", currency: "BRL" }, "/payload/amount"],
    ["transaction", { transactionId: "t", amount: 1, currency: "Real" }, "/payload/currency"],
  ])("refuse a %s event of %j at %s", (type, payload, pointer) => {
    expect(refusal(type, payload)).toContain(pointer);
  });
});
