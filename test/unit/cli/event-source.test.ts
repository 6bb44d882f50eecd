import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openFile } from "../../../src/cli/event-source.js";
import { temporaryFolder } from "./fake-context.js";

test("a file is read as often as it is asked for", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "events.ndjson"), "{}\n");
  expect(await openFile(folder, "events.ndjson")).toMatchObject({ kind: "file", name: "events.ndjson" });
});

test("a pipe is a stream, since it can be read only once", async () => {
  const folder = temporaryFolder();
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  const source = await openFile(folder, "pipe");
  expect(source).toMatchObject({ kind: "stream", name: "pipe" });
  if (source.kind !== "stream") return;
  const writing = writeFile(pipe, "{}\n");
  const chunks = [];
  for await (const chunk of source.chunks) chunks.push(chunk);
  await writing;
  expect(Buffer.concat(chunks).toString()).toBe("{}\n");
});

test("a folder is a mistake of usage", async () => {
  await expect(openFile(temporaryFolder(), ".")).rejects.toMatchObject({ code: "not-a-file" });
});
