import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FixtureFolder } from "../app/send/fixture-folder.js";
import type { CliContext } from "./context.js";

/** Where fixtures are looked for: `fixtures/` in the current folder, then those that come with evp. */
export function fixtureFolders({ cwd, packageRoot }: Pick<CliContext, "cwd" | "packageRoot">): FixtureFolder[] {
  return [...new Set([join(cwd, "fixtures"), join(packageRoot, "fixtures")])].map(fixtureFolder);
}

function fixtureFolder(folder: string): FixtureFolder {
  return {
    async names() {
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      return entries
        .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
        .map((entry) => entry.name.slice(0, -5));
    },
    read: (name) => readFile(join(folder, `${name}.json`), "utf8"),
  };
}
