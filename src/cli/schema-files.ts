import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { EvpError } from "../core/errors.js";
import type { SchemaFile } from "../core/schema-book.js";
import type { SchemaSettings } from "../core/settings.js";

/**
 * Reads every schema that the settings name: `<folder>/<type>/<version>.json`, the files named for a type, and the default.
 * @param cwd files below it are told by their relative path
 * @throws EvpError (usage) for a folder that is not there, or a file in it that is in no schema's place; a system error for a file that cannot be read
 */
export async function readSchemaFiles(settings: SchemaSettings, cwd: string): Promise<SchemaFile[]> {
  const read = async (path: string, place: Pick<SchemaFile, "type" | "version">): Promise<SchemaFile> => ({
    ...place,
    file: tellPath(path, cwd),
    text: await readFile(path, "utf8"),
  });
  const isReplaced = (type: string) => settings.isBuiltIn === true && Object.hasOwn(settings.types, type);
  const inFolder = await listFolder(settings.folder, cwd);
  return Promise.all([
    ...inFolder.filter(({ type }) => !isReplaced(type)).map(({ path, type, version }) => read(path, { type, version })),
    ...Object.entries(settings.types).map(([type, path]) => read(path, { type })),
    ...(settings.default === undefined ? [] : [read(settings.default, {})]),
  ]);
}

const PLACE = /^([A-Za-z0-9_.-]{1,64})\/([0-9]{1,9}\.[0-9]{1,9})\.json$/;

async function listFolder(folder: string, cwd: string): Promise<{ path: string; type: string; version: string }[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch((cause: unknown) => {
    throw new EvpError(`there is no folder of schemas ${tellPath(folder, cwd)}`, {
      code: "schema-folder-missing",
      category: "usage",
      hint: "Create it, or set schemas.folder in the config file to another.",
      cause,
    });
  });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return paths.filter((path) => path.endsWith(".json")).map((path) => placeOf(path, folder, cwd));
}

/** A file in the wrong place would otherwise be missed only when its events are rejected. */
function placeOf(path: string, folder: string, cwd: string): { path: string; type: string; version: string } {
  const [, type, version] = PLACE.exec(relative(folder, path).replaceAll("\\", "/")) ?? [];
  if (type !== undefined && version !== undefined) return { path, type, version };
  throw new EvpError(`${tellPath(path, cwd)} is no <type>/<version>.json, and so nobody's schema`, {
    code: "schema-misplaced",
    category: "usage",
    hint: "Name it after its type and version, for instance order/1.0.json, or move it out of the folder of schemas.",
  });
}

function tellPath(path: string, cwd: string): string {
  const shorter = relative(cwd, path);
  return shorter.startsWith("..") ? path : shorter;
}
