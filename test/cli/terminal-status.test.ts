import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { createEvpHome } from "../factories/evp-home.js";
import { openTerminal } from "../factories/terminal.js";

const PACKAGE = resolve(import.meta.dirname, "../..");

describe("evp status --watch on a terminal", () => {
  it("shows the stack and whoever processes, and ends with the status on q", async () => {
    const { folder, run, start } = await createEvpHome();
    await run(["init"]);
    await run(["send", "--fixture", "invalid"]);
    const terminal = openTerminal(["status", "--watch"], { folder });
    await terminal.until(/^warning +3 messages wait, and no processor has said anything/m);
    expect(terminal.isOnAlternateScreen()).toBe(true);

    start(["process"]);
    const screen = await terminal.until(/processors\n\S+:\d+ · /);
    expect(screen[0]).toMatch(/^evp status · evp on local · \d\d:\d\d:\d\d, every 2 s$/);
    await terminal.until(/^dlq +3 +0 +0$/m);
    terminal.resize(200, 50);
    await terminal.until((lines) => lines[0]?.startsWith("evp status") === true && lines.includes("processors"));
    terminal.resize(40, 8);
    await terminal.until((lines) => lines.filter((line) => line.startsWith("evp status")).length === 1);

    terminal.type("q");
    expect(await terminal.ended).toBe(0);
    expect(terminal.isOnAlternateScreen()).toBe(false);
    expect(terminal.isCursorShown()).toBe(true);
    expect(terminal.text()).toContain("stack evp on local");
  });

  it("ends with the status on Ctrl-C too", async () => {
    const { folder, run } = await createEvpHome();
    await run(["init"]);
    const terminal = openTerminal(["status", "--watch"], { folder, columns: 200, rows: 50 });
    await terminal.until("No processor has said anything of late.");
    terminal.pressCtrlC();
    expect(await terminal.ended).toBe(0);
    expect(terminal.isOnAlternateScreen()).toBe(false);
    expect(terminal.text()).toMatch(/^ingress +0 +0 +0$/m);
  });
});

describe("evp status --watch off a terminal", () => {
  it("prints a line each time, until it is told to stop", async () => {
    const { folder, run } = await createEvpHome();
    await run(["init"]);
    const { lines, exitCode } = await watchUntil(folder, [], 2);
    expect(exitCode).toBe(0);
    expect(lines.slice(0, 2)).toEqual(Array(2).fill("0 waiting, 0 in work, 0 delayed · dlq 0 · no processor"));
  });
});

it("the status as JSON fits its schema, with a processor and a blocked group", async () => {
  const { folder, run, json, start } = await createEvpHome();
  await run(["init"]);
  await run(["client", "poison", "client-1", "block"]);
  await run(["send", "--fixture", "invalid"]);
  start(["process"]);
  interface Status {
    processors: object[];
    blocked: object[];
  }
  let status = await json<Status>(["status"]);
  while (status.processors.length === 0 || status.blocked.length === 0) status = await json<Status>(["status"]);

  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
  addFormats.default(ajv);
  const schema: object = JSON.parse(await readFile(resolve(PACKAGE, "schemas/output/status.json"), "utf8"));
  const fits = ajv.compile(schema);
  expect(fits(status), JSON.stringify(fits.errors)).toBe(true);
  expect(status.processors).toMatchObject([{ workers: 1, pid: expect.any(Number), down: [], stalled: [] }]);

  const { lines } = await watchUntil(folder, ["--json"], 2);
  for (const line of lines) expect(fits(JSON.parse(line))).toBe(true);
});

/** Watches until so many lines came, and tells it to stop then. */
async function watchUntil(folder: string, flags: string[], count: number) {
  const child = execa(process.execPath, [resolve(PACKAGE, "bin/evp.js"), "status", "--watch", ...flags], {
    cwd: folder,
    env: { HOME: folder, NO_COLOR: "1" },
    stdin: "ignore",
  });
  const lines: string[] = [];
  for await (const line of child.iterable({ from: "stdout" })) {
    if (lines.push(line) === count) child.kill("SIGTERM");
  }
  const { exitCode } = await child;
  return { lines, exitCode };
}
