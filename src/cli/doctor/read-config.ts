import { relative } from "node:path";
import type { ReadConfig } from "../../app/doctor/doctor-world.js";
import { isEvpError } from "../../core/errors.js";
import { firstGiven, fromDefault, fromFlag, fromVariable } from "../config/origins.js";
import { type ResolvedSettings, resolveSettings } from "../config/resolve-settings.js";
import { originText, tellSettings } from "../config/tell-settings.js";
import type { CliContext } from "../context.js";
import type { GlobalFlags } from "../global-flags.js";

/** The settings, or what is wrong with them: a config that cannot be used is a finding like any other. */
export async function readConfig(
  context: Pick<CliContext, "cwd" | "env" | "packageRoot">,
  globals: GlobalFlags,
): Promise<{ config: ReadConfig; resolved: ResolvedSettings | undefined }> {
  try {
    const resolved = await resolveSettings(context, globals);
    const { settings, configFile } = resolved;
    const file = configFile === undefined ? undefined : tellPath(context.cwd, configFile);
    const sources = [tellConfigFile(context, globals, file), ...tellSettings(resolved)];
    return { config: { settings, file, sources }, resolved };
  } catch (error) {
    if (isEvpError(error)) return { config: { problem: error }, resolved: undefined };
    throw error;
  }
}

function tellConfigFile(
  { env }: Pick<CliContext, "env">,
  flags: GlobalFlags,
  file: string | undefined,
): ReturnType<typeof tellSettings>[number] {
  const named = firstGiven([fromFlag("config", flags.config), fromVariable(env, "EVP_CONFIG")]) ?? fromDefault(file);
  return { name: "config", value: file ?? null, from: originText(named.origin) };
}

function tellPath(cwd: string, path: string): string {
  const shorter = relative(cwd, path);
  return shorter.startsWith("..") ? path : shorter;
}
