import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, inject, it } from "vitest";
import { createEvpHome } from "../factories/evp-home.js";
import { createTopic } from "./node/topic.js";

const SYSTEM = resolve(import.meta.dirname, "../../fixtures/systems/c-account-events");

it("brings the account events of a topic to their clients, once and in order, and commits what it has sent", async () => {
  const topic = await createTopic({ name: "stream_producer", group: "go-consumer-group" });
  const lines = readFileSync(resolve(SYSTEM, "events.ndjson"), "utf8").trim().split("\n");
  await topic.produce(lines.map((value) => ({ value })));
  const home = await createEvpHome({}, SYSTEM);
  await home.json(["init"]);
  const args = ["ingest", "kafka", "--brokers", inject("kafka").plain, "--from-beginning", "--drain"];
  expect(await home.json<object>(args)).toMatchObject({ read: 7, sent: 7, deadLettered: 0, duplicatesPossible: 0 });
  expect(await topic.committed()).toEqual([7]);
  expect(await home.json<object>(["process", "--drain"])).toMatchObject({ published: 6, rejected: 0 });
  for (const client of ["Client_A", "Client_B", "Client_C", "Client_D"]) {
    const { stdout } = await home.run(["tail", client, "--consume", "--timeout", "1s", "--json"]);
    const bodies = stdout.split("\n").map((line) => JSON.parse(line).body);
    const sent = lines.filter((line) => JSON.parse(line).client === client).map((line) => JSON.parse(line));
    expect(bodies.map((body) => (typeof body === "string" ? JSON.parse(body) : body))).toEqual(
      sent.filter(({ uid }, place) => sent.findIndex((other) => other.uid === uid) === place),
    );
  }
  expect(await home.json<object>(args)).toMatchObject({ read: 0 });
});
