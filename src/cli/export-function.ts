import { cp, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { EvpError } from "../core/errors.js";
import type { Settings } from "../core/settings.js";
import type { ConfigFile } from "./config/config-file.js";
import { loadConfig } from "./config/load-config.js";
import { resolveSettings } from "./config/resolve-settings.js";
import type { CliContext } from "./context.js";
import type { GlobalFlags } from "./global-flags.js";
import { createStackExaminer } from "./stack-examiner.js";

/** The document of `evp export function --json`. */
export interface ExportedFunction {
  /** Absolute path. */
  folder: string;
  handler: string;
  runtimes: string[];
  stack: string;
  /** By their paths in the folder. */
  files: { file: string; bytes: number }[];
  bytes: number;
}

const HANDLER = "index.handler";
/** Those of AWS Lambda on which the bundle runs ("Lambda runtimes"). */
const RUNTIMES = ["nodejs22.x", "nodejs24.x"];
const BUNDLE = "index.cjs";
const CONFIG = "evp.config.json";
const SCHEMAS = "schemas";
/** Where the settings' default folder of schemas is, from the folder of the bundle. */
const EVENT_SCHEMAS = "schemas/events";

/**
 * Writes the bundle with the config and the schemas that the flags name into a folder.
 * @throws EvpError (usage) for a config or a schema that is not valid, and for a folder that holds something else
 */
export async function exportFunction(
  context: Pick<CliContext, "cwd" | "env" | "packageRoot">,
  globals: GlobalFlags,
  out: string,
): Promise<ExportedFunction> {
  const { settings } = await resolveSettings(context, globals);
  // What does not compile here would fail every batch there.
  await createStackExaminer(settings, context.cwd);
  const given = (await loadConfig(context, globals))?.config ?? {};
  const folder = resolve(context.cwd, out);
  await makeRoom(folder, out);
  await cp(join(context.packageRoot, "dist", "function", BUNDLE), join(folder, BUNDLE));
  // What is wrong with a config that is edited there is told by this schema.
  await cp(join(context.packageRoot, SCHEMAS, "config.json"), join(folder, SCHEMAS, "config.json"));
  const schemas = await copySchemas(settings, folder);
  await writeFile(join(folder, CONFIG), `${JSON.stringify(configFor(given, settings, schemas), null, 2)}\n`);
  const files = await filesIn(folder);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { folder, handler: HANDLER, runtimes: RUNTIMES, stack: settings.stack, files, bytes };
}

/** Replaces an earlier export, and nothing else. */
async function makeRoom(folder: string, shown: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const names = await readdir(folder);
  const ours = [BUNDLE, CONFIG, SCHEMAS];
  const stranger = names.find((name) => !ours.includes(name));
  if (stranger !== undefined || (names.length > 0 && !names.includes(BUNDLE)))
    throw new EvpError(`${shown} holds ${stranger ?? names[0]}, which evp export function did not write`, {
      code: "folder-not-empty",
      category: "usage",
      hint: "Give --out another folder, or empty this one.",
    });
  for (const name of names) await rm(join(folder, name), { recursive: true });
}

/** @returns the settings that name them there */
async function copySchemas({ schemas }: Settings, folder: string): Promise<NonNullable<ConfigFile["schemas"]>> {
  await cp(schemas.folder, join(folder, EVENT_SCHEMAS), { recursive: true });
  const types = Object.entries(schemas.types).map(([type, file]) => ({ type, file, to: `schemas/types/${type}.json` }));
  for (const { file, to } of types) await cp(file, join(folder, to));
  const toDefault = "schemas/default.json";
  if (schemas.default !== undefined) await cp(schemas.default, join(folder, toDefault));
  return {
    folder: EVENT_SCHEMAS,
    types: Object.fromEntries(types.map(({ type, to }) => [type, to])),
    ...(schemas.default === undefined ? {} : { default: toDefault }),
  };
}

/** The same config for the place where the function runs: the stack and target that were chosen, the schemas beside the bundle, and never the embedded stack. */
function configFor(given: ConfigFile, { stack, target }: Settings, schemas: NonNullable<ConfigFile["schemas"]>) {
  const { targets: { local: _, ...targets } = {}, ...config } = given;
  const isNamed = target.kind !== "local" && (target.name === "aws" || target.name in targets);
  return {
    ...config,
    stack,
    target: isNamed ? target.name : "aws",
    ...(Object.keys(targets).length === 0 ? {} : { targets }),
    schemas,
  };
}

async function filesIn(folder: string): Promise<ExportedFunction["files"]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = await Promise.all(
    paths.map(async (path) => ({
      file: relative(folder, path).replaceAll("\\", "/"),
      bytes: (await stat(path)).size,
    })),
  );
  return files.sort((one, other) => (one.file < other.file ? -1 : 1));
}
