import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, inject, it } from "vitest";
import { createEvpHome } from "../factories/evp-home.js";
import { createTopic } from "./node/topic.js";

const SYSTEM = resolve(import.meta.dirname, "../../fixtures/systems/c-account-events");
const CLIENTS = ["Client_A", "Client_B", "Client_C", "Client_D"];
/** The fixture, and what an older system really received, where that is at hand. */
const INPUTS = [resolve(SYSTEM, "events.ndjson"), ...(process.env.EVP_REAL_INPUT ?? "").split("\n").filter(Boolean)];

interface AccountEvent {
  uid: string;
  client: string;
}

it.each(INPUTS)("brings the account events of a topic to their clients, once and in order: %s", async (file) => {
  const lines = readFileSync(file, "utf8").trim().split("\n");
  const events: AccountEvent[] = lines.map((line) => JSON.parse(line));
  const unique = events.filter(({ uid }, place) => events.findIndex((other) => other.uid === uid) === place);
  const isOurs = file.startsWith(SYSTEM);
  const name = isOurs ? "stream_producer" : "stream_producer_real";
  const group = isOurs ? "go-consumer-group" : "go-consumer-group-real";
  const topic = await createTopic({ name, group });
  await topic.produce(lines.map((value) => ({ value })));
  const home = await createEvpHome({}, SYSTEM);
  await home.json(["init"]);
  const named = isOurs ? [] : ["--topic", name, "--group", group];
  const args = ["ingest", "kafka", "--brokers", inject("kafka").plain, "--from-beginning", "--drain", ...named];
  const count = lines.length;
  expect(await home.json<object>(args)).toMatchObject({ read: count, sent: count, deadLettered: 0 });
  expect(await topic.committed()).toEqual([count]);
  expect(await home.json<object>(["process", "--drain"])).toMatchObject({ published: unique.length, rejected: 0 });
  for (const client of CLIENTS) {
    const { stdout } = await home.run(["tail", client, "--consume", "--timeout", "1s", "--json"]);
    const bodies = stdout.split("\n").map((line) => JSON.parse(line).body);
    expect(bodies.map((body) => (typeof body === "string" ? JSON.parse(body) : body))).toEqual(
      unique.filter((event) => event.client === client),
    );
  }
  expect(await home.json<object>(args)).toMatchObject({ read: 0 });
});
