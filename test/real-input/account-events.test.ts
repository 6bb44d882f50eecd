import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { createEvpHome, type EvpHome } from "../factories/evp-home.js";

const SYSTEM = resolve(import.meta.dirname, "../../fixtures/systems/c-account-events");
const INPUT = process.env.EVP_REAL_INPUT;
const CLIENTS = { Client_A: 44, Client_B: 53, Client_C: 26, Client_D: 41 };

function inputFile(): string {
  if (INPUT !== undefined) return resolve(INPUT);
  throw new Error("EVP_REAL_INPUT must name the file of account events");
}

/** Ids of a client's events as the file has them, the repeated one once. */
function idsInFile(client: string): string[] {
  const lines = readFileSync(inputFile(), "utf8").trim().split("\n");
  const events: { uid: string; client: string }[] = lines.map((line) => JSON.parse(line));
  return [...new Set(events.filter((event) => event.client === client).map(({ uid }) => uid))];
}

async function delivered(home: EvpHome, client: string): Promise<string[]> {
  const { stdout } = await home.run(["tail", client, "--consume", "--timeout", "1s", "--json"]);
  return stdout.split("\n").map((line) => JSON.parse(line).eventId);
}

it("the account events of a real system reach their clients, in file order, the repeated one once", async () => {
  const home = await createEvpHome({}, SYSTEM);
  await home.json(["init"]);
  expect(await home.json<object>(["send", inputFile()])).toMatchObject({ sent: 165, failed: 0 });
  expect(await home.json<object>(["process", "--drain"])).toMatchObject({ received: 164, published: 164, rejected: 0 });
  for (const [client, count] of Object.entries(CLIENTS)) {
    const ids = await delivered(home, client);
    expect(ids).toHaveLength(count);
    expect(ids).toEqual(idsInFile(client));
  }
  // Under other deduplication ids the queue lets them through; the journal knows every one of them.
  await home.json(["send", "--resend", inputFile()]);
  expect(await home.json<object>(["process", "--drain"])).toMatchObject({
    received: 165,
    published: 0,
    duplicates: 165,
  });
});

it("the same file, followed by evp ingest: 165 lines, 164 events stored, nothing sent again by the next run", async () => {
  const home = await createEvpHome({}, SYSTEM);
  await home.json(["init"]);
  const ingest = ["ingest", "file", inputFile()];
  expect(await home.json<object>(ingest)).toMatchObject({ read: 165, sent: 165, deadLettered: 0, skipped: 0 });
  expect(await home.json<object>(ingest)).toMatchObject({ read: 0 });
  expect(await home.json<object>(["process", "--drain"])).toMatchObject({ received: 164, published: 164, rejected: 0 });
  for (const client of Object.keys(CLIENTS)) expect(await delivered(home, client)).toEqual(idsInFile(client));
  expect(idsInFile("Client_D")).toHaveLength(41);
  // Begun anew, it sends what the queue or the journal knows.
  await home.json([...ingest, "--from-beginning"]);
  expect(await home.json<object>(["process", "--drain"])).toMatchObject({ published: 0, rejected: 0 });
});
