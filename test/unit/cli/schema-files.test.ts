import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { readSchemaFiles } from "../../../src/cli/schema-files.js";

async function createFolder(files: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "evp-schemas-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), "{}");
  }
  return folder;
}

it("schemas are found by their place in the folder; what is no JSON is left alone", async () => {
  const folder = await createFolder([
    "order/1.0.json",
    "order/2.10.json",
    "stock.moved/1.0.json",
    "README.md",
    "order/note.txt",
  ]);
  const found = await readSchemaFiles({ folder, types: {} }, folder);
  expect(found.map(({ type, version, file }) => [type, version, file]).sort()).toEqual([
    ["order", "1.0", join("order", "1.0.json")],
    ["order", "2.10", join("order", "2.10.json")],
    ["stock.moved", "1.0", join("stock.moved", "1.0.json")],
  ]);
});

it.each(["order/abc.json", "order.json", "or der/1.0.json", "order/v1/1.0.json", "order/1.json"])(
  "a schema in no schema's place is told: %s",
  async (file) => {
    const folder = await createFolder(["order/1.0.json", file]);
    await expect(readSchemaFiles({ folder, types: {} }, folder)).rejects.toMatchObject({
      message: `${join(file)} is no <type>/<version>.json, and so nobody's schema`,
      category: "usage",
    });
  },
);

it("a file for a type takes the place of what evp has for it, and goes beside the versions of a folder of one's own", async () => {
  const folder = await createFolder(["own/order/1.0.json", "own/stock/1.0.json"]);
  await writeFile(join(folder, "mine.json"), "{}");
  const settings = { folder: join(folder, "own"), types: { order: join(folder, "mine.json") } };
  const placesOf = async (isBuiltIn: boolean) =>
    (await readSchemaFiles({ ...settings, isBuiltIn }, folder))
      .map(({ type, version }) => `${type} ${version ?? "*"}`)
      .sort();
  expect(await placesOf(true)).toEqual(["order *", "stock 1.0"]);
  expect(await placesOf(false)).toEqual(["order *", "order 1.0", "stock 1.0"]);
});
