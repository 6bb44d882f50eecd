import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterEach, expect, it, vi } from "vitest";
import { consumeQueue } from "../factories/consume-queue.js";
import { createEvpHome, type EvpHome } from "../factories/evp-home.js";
import { connectProducers, followPage, systemFolder } from "../systems/system-page.js";
import { databaseTarget } from "./server.js";

const CLIENTS = ["client-1", "client-2", "client-3"];
const TYPES = ["monitor-app", "transaction-app", "user-app"];

afterEach(() => void vi.unstubAllEnvs());

/** A database of its own, which the system's page names by the environment. */
async function databaseFor(name: string) {
  const database = await databaseTarget(name);
  vi.stubEnv("EVP_STORE_URL", database.url());
  return {
    /** What the system's own dashboards ask. */
    async countMessages(): Promise<number> {
      const [row] = await database.run<{ count: string }>("SELECT count(*) FROM message");
      return Number(row?.count);
    },
    run: database.run,
  };
}

/** As the tenants' producers do: nothing but a body, onto a standard queue. */
async function produce(home: EvpHome, bodies: object[]): Promise<void> {
  const { sqs, urlOf } = await connectProducers(home);
  for (const body of bodies)
    await sqs.send(new SendMessageCommand({ QueueUrl: urlOf("tenant-events"), MessageBody: JSON.stringify(body) }));
}

async function reasons(home: EvpHome): Promise<string[]> {
  const letters = await home.json<{ reason: string }[]>(["dlq", "list"]);
  return letters.map(({ reason }) => reason).sort();
}

it("the page does what it says, command by command, and its count is right", async () => {
  const { countMessages } = await databaseFor("tenants_page");
  const { home, documents } = await followPage("b-tenant-events");
  expect(documents).toHaveLength(5);
  expect(JSON.parse(documents[3] ?? "")).toMatchObject({ received: 6, published: 3, rejected: 3 });
  expect(await countMessages()).toBe(3);
  expect(await reasons(home)).toEqual(["client-unknown", "schema-unknown", "schema-violation"]);
});

it("the count grows by the valid events alone, as three producers send, some of them badly", async () => {
  const { countMessages, run } = await databaseFor("tenants_load");
  const home = await createEvpHome({}, systemFolder("b-tenant-events"));
  await home.json(["init"]);
  const events = Array.from({ length: 54 }, (_, ordinal) => ({
    event_type: TYPES[ordinal % 3],
    client_id: CLIENTS[ordinal % 3],
    // One of nine is bad, as those producers are.
    message: ordinal % 9 === 8 ? "" : "the same text from everybody",
  }));
  await produce(home, events);
  expect(await home.json(["process", "--drain"])).toMatchObject({ received: 54, published: 48, rejected: 6 });
  expect(await countMessages()).toBe(48);
  const byClient = await run(
    "SELECT fk_client_name AS client, count(*)::int AS events FROM message GROUP BY 1 ORDER BY 1",
  );
  expect(byClient).toEqual([
    { client: "client-1", events: 18 },
    { client: "client-2", events: 18 },
    { client: "client-3", events: 12 },
  ]);
  expect(await run("SELECT name FROM event_type ORDER BY name")).toEqual(TYPES.map((name) => ({ name })));
  const { sqs, urlOf } = await connectProducers(home);
  expect(await consumeQueue(sqs, urlOf("tenants-client-3.fifo"))).toHaveLength(12);
});

it("what was rejected can be mended and sent again under its own id", async () => {
  const { countMessages } = await databaseFor("tenants_mend");
  const home = await createEvpHome({}, systemFolder("b-tenant-events"));
  await home.json(["init"]);
  await produce(home, [{ event_type: "user-app", client_id: "client-1", message: "" }]);
  await home.json(["process", "--drain"]);
  const [letter] = await home.json<{ messageId: string; eventId: string }[]>(["dlq", "list"]);
  expect(letter?.eventId).toBe(letter?.messageId);
  await home.json(["dlq", "fix", letter?.messageId ?? "", "--set", "/message=logged in", "--yes"]);
  expect(await home.json(["process", "--drain"])).toMatchObject({ received: 1, published: 1 });
  expect(await countMessages()).toBe(1);
  const { outcome } = await home.json<{ outcome: string }>(["why", letter?.eventId ?? ""]);
  expect(outcome).toBe("published");
});
