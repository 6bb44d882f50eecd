import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");

const FORBIDDEN = [
  ["src/core/a.ts", "../ports/queue.js"],
  ["src/core/b.ts", "../app/status.js"],
  ["src/ports/a.ts", "../app/status.js"],
  ["src/app/process/a.ts", "../../adapters/aws/sqs.js"],
  ["src/app/b.ts", "../local/server/stack-server.js"],
  ["src/app/c.ts", "../ui/json.js"],
  ["src/adapters/aws/a.ts", "../../app/status.js"],
  ["src/local/model/a.ts", "../../ports/queue.js"],
  ["src/ui/a.ts", "../ports/queue.js"],
  ["src/cli/commands/a.ts", "../../adapters/aws/sqs.js"],
  ["src/cli/commands/b.ts", "../../local/background/control.js"],
  ["src/cli/c.ts", "../main.js"],
  ["src/function/a.ts", "../adapters/aws/sqs.js"],
] as const;

const ALLOWED = [
  ["src/app/y.ts", "../ports/queue.js"],
  ["src/adapters/aws/y.ts", "../../core/limits.js"],
  ["src/cli/commands/y.ts", "../../app/status.js"],
  ["src/main.ts", "./adapters/aws/connect.js"],
] as const;

/** Files of a tree that holds nothing but one import each, in which the project's own rules hold. */
async function writeTree(folder: string): Promise<void> {
  await cp(join(ROOT, ".biome.json"), join(folder, ".biome.json"));
  for (const [file, specifier] of [...FORBIDDEN, ...ALLOWED]) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), `import { thing } from "${specifier}";\n\nthing();\n`);
  }
}

describe("the import rule", () => {
  let folder = "";
  let refused = new Set<string>();
  let exitCode: number | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "evp-imports-"));
    await writeTree(folder);
    const biome = join(ROOT, "node_modules", ".bin", "biome");
    const args = ["lint", "--vcs-enabled=false", "--reporter=json", "--max-diagnostics=none", "."];
    const result = await execa(biome, args, { cwd: folder, reject: false });
    exitCode = result.exitCode;
    const { diagnostics } = JSON.parse(result.stdout);
    const restricted = diagnostics.filter(({ category }: { category: string }) =>
      category.endsWith("noRestrictedImports"),
    );
    refused = new Set(
      restricted.map(({ location }: { location: { path: string } }) => location.path.replace(/^\.\//, "")),
    );
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("fails the check", () => {
    expect(exitCode).toBe(1);
  });

  it.each(FORBIDDEN)("refuses that %s imports %s", (file) => {
    expect([...refused]).toContain(file);
  });

  it.each(ALLOWED)("lets %s import %s", (file) => {
    expect([...refused]).not.toContain(file);
  });
});
