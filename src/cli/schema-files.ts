import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { EvpError } from "../core/errors.js";
import type { SchemaFile } from "../core/schema-book.js";
import type { SchemaSettings } from "../core/settings.js";

/**
 * Reads every schema that the settings name: `<folder>/<type>/<version>.json`, the files named for a type, and the default.
 * @param cwd files below it are told by their relative path
 * @throws EvpError (usage) for a folder that is not there; a system error for a file that cannot be read
 */
export async function readSchemaFiles(settings: SchemaSettings, cwd: string): Promise<SchemaFile[]> {
  const read = async (path: string, place: Pick<SchemaFile, "type" | "version">): Promise<SchemaFile> => ({
    ...place,
    file: tellPath(path, cwd),
    text: await readFile(path, "utf8"),
  });
  const inFolder = await listFolder(settings.folder, cwd);
  return Promise.all([
    ...inFolder.map(({ path, type, version }) => read(path, { type, version })),
    ...Object.entries(settings.types).map(([type, path]) => read(path, { type })),
    ...(settings.default === undefined ? [] : [read(settings.default, {})]),
  ]);
}

async function listFolder(folder: string, cwd: string): Promise<{ path: string; type: string; version: string }[]> {
  const types = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new EvpError(`there is no folder of schemas ${tellPath(folder, cwd)}`, {
      code: "schema-folder-missing",
      category: "usage",
      hint: "Create it, or set schemas.folder in the config file to another.",
      cause,
    });
  });
  const perType = types
    .filter((entry) => entry.isDirectory())
    .map(async ({ name: type }) => {
      const files = await readdir(join(folder, type));
      const schemas = files.filter((file) => file.endsWith(".json"));
      return schemas.map((file) => ({ path: join(folder, type, file), type, version: file.slice(0, -".json".length) }));
    });
  return (await Promise.all(perType)).flat();
}

function tellPath(path: string, cwd: string): string {
  const shorter = relative(cwd, path);
  return shorter.startsWith("..") ? path : shorter;
}
