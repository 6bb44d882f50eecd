import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { createEvpHome } from "../factories/evp-home.js";

describe("a mistake is told in one line, with what to do in the next", () => {
  it.each([
    [["snd"], "evp: unknown command 'snd'\nDid you mean send?"],
    [["send", "--fixtur", "valid"], "evp: unknown option '--fixtur'\nDid you mean --fixture?"],
    [["status", "--target", "prod"], "evp: unknown target prod\nKnown targets: local, aws."],
    [["send"], "evp: nothing to send\nName a fixture (--fixture valid), a file, or - for stdin."],
    [["dlq", "purge"], "evp: nothing says which dead letters to delete\nChoose with"],
  ])("evp %j", async (args, expected) => {
    const { run } = await createEvpHome();
    const { exitCode, stdout, stderr } = await run(args);
    expect(stderr).toContain(expected);
    expect([exitCode, stdout]).toEqual([2, ""]);
  });

  it("a config that is not valid: file, pointer and what was expected", async () => {
    const { run } = await createEvpHome({ process: { concurrency: "many" } });
    const { exitCode, stderr } = await run(["status"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("evp: evp.config.json: /process/concurrency must be integer\n");
  });

  it("a schema that does not compile: file and pointer", async () => {
    const { run, folder } = await createEvpHome({ schemas: { folder: "schemas" } });
    await mkdir(join(folder, "schemas", "order"), { recursive: true });
    await writeFile(join(folder, "schemas", "order", "1.0.json"), '{"properties": {"amount": {"type": "numbr"}}}');
    await run(["init"]);
    const { exitCode, stderr } = await run(["process", "--drain"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("evp: schemas/order/1.0.json: the schema does not compile at /properties/amount/type");
  });

  it("no stack yet: what to run", async () => {
    const { run } = await createEvpHome();
    const { exitCode, stderr } = await run(["send", "--fixture", "valid"]);
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/evp: the stack is not there.*\nRun evp init\.$/);
  });

  it("an endpoint that does not answer", async () => {
    const { run } = await createEvpHome();
    const { exitCode, stderr } = await run(["status", "--endpoint-url", "http://127.0.0.1:1"]);
    expect(exitCode).toBe(7);
    expect(stderr).toContain("evp: the target does not answer");
  });

  it("no credentials for AWS", async () => {
    const { folder } = await createEvpHome();
    const evp = resolve(import.meta.dirname, "../../bin/evp.js");
    const { exitCode, stderr } = await execa(process.execPath, [evp, "status", "--target", "aws"], {
      cwd: folder,
      reject: false,
      extendEnv: false,
      env: { HOME: folder, AWS_REGION: "us-east-1", AWS_EC2_METADATA_DISABLED: "true" },
    });
    expect(exitCode).toBe(3);
    expect(stderr).toContain("Sign in");
  });

  it("a folder that cannot be written", async () => {
    const { run, folder } = await createEvpHome();
    await writeFile(join(folder, ".evp"), "a file where the folder should be");
    const { exitCode, stderr } = await run(["status"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`evp: cannot write the embedded stack's directory ${join(folder, ".evp")}`);
  });

  it("with --json, an error is one JSON document on stderr", async () => {
    const { run } = await createEvpHome();
    const { exitCode, stdout, stderr } = await run(["send", "--fixture", "vaild", "--json"]);
    expect([exitCode, stdout]).toEqual([2, ""]);
    const errors = stderr.split("\n").filter((line) => line.startsWith("{"));
    expect(errors).toHaveLength(1);
    expect(JSON.parse(errors[0] ?? "")).toMatchObject({ error: { code: "fixture-unknown", retryable: false } });
  });
});

it("help is there without a stack, a config or a network", async () => {
  const { run } = await createEvpHome();
  const { exitCode, stdout, stderr } = await run(["--help"]);
  expect([exitCode, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("Usage: evp [options] [command]");
  // Those before are printed as the build wrote them down, this one by the tree of commands.
  const { stdout: byTree } = await run(["--help", "--quiet"]);
  for (const args of [[], ["-h"], ["help"], ["--help"]]) expect((await run(args)).stdout).toBe(byTree);
  expect((await run(["dlq", "redrive", "--help"])).stdout).toContain("--dry-run");
});

it("a reader that has gone ends a command quietly", async () => {
  const { run, start } = await createEvpHome();
  await run(["init"]);
  const tail = start(["tail", "client-1"]);
  tail.closeStdout();
  let hasEnded = false;
  void tail.exitCode.then(() => {
    hasEnded = true;
  });
  while (!hasEnded) {
    await run(["send", "--fixture", "valid"]);
    await run(["process", "--drain"]);
  }
  expect(await tail.exitCode).toBe(0);
});

it.each([[["help", "nosuch"]], [["nosuch", "--help"]], [["dlq", "nosuch", "--help"]], [["statsu", "-h"]]])(
  "help of a command that does not exist says so: %j",
  async (args) => {
    const { run } = await createEvpHome();
    const { exitCode, stdout, stderr } = await run(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain("unknown command");
  },
);
