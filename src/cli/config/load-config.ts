import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { CliContext } from "../context.js";
import type { GlobalFlags } from "../global-flags.js";
import { checkConfig } from "./check-config.js";
import { configError } from "./config-error.js";
import type { LoadedConfig } from "./config-file.js";
import { DEFAULTS } from "./defaults.js";
import { firstGiven, fromFlag, fromVariable } from "./origins.js";

type Place = Pick<CliContext, "cwd" | "env" | "packageRoot">;

/**
 * Reads and checks the config file: `--config`, `EVP_CONFIG`, or `evp.config.json` in the current folder where there is one.
 * @throws EvpError (usage) with the file, the JSON Pointer and what was expected
 */
export async function loadConfig(place: Place, flags: Pick<GlobalFlags, "config">): Promise<LoadedConfig | undefined> {
  const named = firstGiven([fromFlag("config", flags.config), fromVariable(place.env, "EVP_CONFIG")]);
  const shown = named?.value ?? DEFAULTS.configFile;
  const file = resolve(place.cwd, shown);
  const text = await readText(file, shown, named?.origin.name);
  if (text === undefined) return undefined;
  return { file, config: await checkConfig(parseJson(text, shown), shown, place.packageRoot) };
}

/** @returns undefined when there is no such file and nobody named it */
async function readText(file: string, shown: string, namedBy: string | undefined): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (!isMissing) throw error;
    if (namedBy === undefined) return undefined;
    throw configError("config-not-found", `there is no config file ${shown}`, `Check ${namedBy}.`, error);
  }
}

function parseJson(text: string, shown: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw configError("config-invalid", `${shown} is not JSON: ${detail}`, "Mend the file.", error);
  }
}
