import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { createEvpHome } from "../factories/evp-home.js";

const SYSTEM = resolve(import.meta.dirname, "../../fixtures/systems/c-account-events");

/** The commands of the page's own shell block. */
async function commandsOfPage(): Promise<string[][]> {
  const page = await readFile(join(SYSTEM, "README.md"), "utf8");
  const [, block = ""] = /```sh\n([^`]*)```/.exec(page) ?? [];
  return block
    .trim()
    .split("\n")
    .map((line) => line.split(" ").slice(1));
}

it("the page about account events does what it says, command by command", async () => {
  const home = await createEvpHome({}, SYSTEM);
  const commands = await commandsOfPage();
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
