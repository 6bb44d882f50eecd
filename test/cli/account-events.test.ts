import { appendFile, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { createEvpHome } from "../factories/evp-home.js";

const SYSTEM = resolve(import.meta.dirname, "../../fixtures/systems/c-account-events");

/** The commands of each of the page's own shell blocks. */
async function commandsOfPage(): Promise<string[][][]> {
  const page = await readFile(join(SYSTEM, "README.md"), "utf8");
  return [...page.matchAll(/```sh\n([^`]*)```/g)].map(([, block = ""]) =>
    block
      .trim()
      .split("\n")
      .map((line) => line.split(" ").slice(1)),
  );
}

it("the page about account events does what it says, command by command", async () => {
  const home = await createEvpHome({}, SYSTEM);
  const [commands = []] = await commandsOfPage();
  expect(commands.map(([name]) => name)).toEqual(["init", "send", "process", "tail"]);
  const documents: string[] = [];
  for (const command of commands) {
    const { exitCode, stdout, stderr } = await home.run([...command, "--json"]);
    expect({ command, exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ command, exitCode: 0, stderr: "" });
    documents.push(stdout);
  }
  const [, sent = "", processed = "", tailed = ""] = documents;
  expect(JSON.parse(sent)).toMatchObject({ sent: 7, failed: 0 });
  expect(JSON.parse(processed)).toMatchObject({ received: 6, published: 6, rejected: 0, duplicates: 0 });
  const ids = tailed.split("\n").map((line) => JSON.parse(line).eventId.slice(-2));
  expect(ids).toEqual(["01", "03", "06"]);
});

it("the page's file is followed as it grows, and what is sent again is recognised", async () => {
  const home = await createEvpHome({}, SYSTEM);
  const [, [follow = []] = [], [first = [], second = [], drain = []] = []] = await commandsOfPage();
  expect([follow, first, second, drain].map((command) => command[0])).toEqual([
    "ingest",
    "ingest",
    "ingest",
    "process",
  ]);
  await home.json(["init"]);
  expect(await home.json(first)).toMatchObject({ read: 7, sent: 7, deadLettered: 0 });
  expect(await home.json(second)).toMatchObject({ read: 0 });
  expect(await home.json(drain)).toMatchObject({ received: 6, published: 6, rejected: 0 });
  const following = home.start(follow);
  const added = (await readFile(join(SYSTEM, "events.ndjson"), "utf8")).split("\n")[6]?.replace("1a06", "1a07");
  await appendFile(join(home.folder, "events.ndjson"), `${added}\n`);
  const waiting = async () => (await home.json<{ ingress: { visible: number } }>(["status"])).ingress.visible;
  await expect.poll(waiting, { timeout: 20_000 }).toBe(1);
  following.kill("SIGINT");
  expect(await following.exitCode).toBe(0);
  expect(await home.json(drain)).toMatchObject({ received: 1, published: 1 });
});
