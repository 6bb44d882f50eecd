import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");

async function timesOfBundles(): Promise<Record<string, number>> {
  const names = await readdir(join(ROOT, "dist"));
  const times = await Promise.all(names.map(async (name) => (await stat(join(ROOT, "dist", name))).mtimeMs));
  return Object.fromEntries(names.map((name, index) => [name, times[index] ?? 0]));
}

it("does nothing when no source has changed, since npx may build under a running evp", async () => {
  const build = () => execa(process.execPath, [".build/build.mjs"], { cwd: ROOT });
  await build();
  const before = await timesOfBundles();
  await build();
  expect(await timesOfBundles()).toEqual(before);
});

it("keeps the command line small, which every command begins with, and its help smaller", async () => {
  const sizeOf = async (name: string) => (await stat(join(ROOT, "dist", name))).size;
  expect(await sizeOf("evp.cjs")).toBeLessThan(160_000);
  expect(await sizeOf("help.cjs")).toBeLessThan(5_000);
});
