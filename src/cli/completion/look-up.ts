import { readdir } from "node:fs/promises";
import type { Settings } from "../../core/settings.js";
import type { CliContext } from "../context.js";
import type { GlobalFlags } from "../global-flags.js";
import type { LookUp } from "./find-candidates.js";

/** Looks for names where they are: in the registry of the stack, in the folders of schemas and fixtures, in the config file. It never fails, starts nothing, and does not wait for long. */
export function createLookUp(context: CliContext): LookUp {
  return async (kind, given) => {
    const names = await SOURCES[kind](context, globalFlags(given)).catch(() => []);
    return [...new Set(names)].sort();
  };
}

const SOURCES: Record<Parameters<LookUp>[0], (context: CliContext, flags: GlobalFlags) => Promise<string[]>> = {
  async fixture(context) {
    const { fixtureFolders } = await import("../fixture-files.js");
    return (await Promise.all(fixtureFolders(context).map((folder) => folder.names()))).flat();
  },
  async type(context, flags) {
    const { schemas } = await readSettings(context, flags);
    const entries = await readdir(schemas.folder, { withFileTypes: true }).catch(() => []);
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    return [...folders, ...Object.keys(schemas.types)];
  },
  async target(context, flags) {
    const { loadConfig } = await import("../config/load-config.js");
    const loaded = await loadConfig(context, flags).catch(() => undefined);
    return ["local", "aws", ...Object.keys(loaded?.config.targets ?? {})];
  },
  async client(context, flags) {
    const settings = await readSettings(context, flags);
    const { knownClients } = await import("./known-clients.js");
    return knownClients(context, settings);
  },
};

async function readSettings(context: CliContext, flags: GlobalFlags): Promise<Settings> {
  const { resolveSettings } = await import("../config/resolve-settings.js");
  return (await resolveSettings(context, flags)).settings;
}

/** The options of the command line that say which stack is meant. */
function globalFlags(given: Map<string, string>): GlobalFlags {
  const flags: GlobalFlags = { color: false, input: false };
  for (const name of ["target", "config", "stack", "region", "profile"] as const) {
    const value = given.get(`--${name}`);
    if (value !== undefined) flags[name] = value;
  }
  const endpointUrl = given.get("--endpoint-url");
  return endpointUrl === undefined ? flags : { ...flags, endpointUrl };
}
