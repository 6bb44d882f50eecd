import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { configError } from "./config-error.js";
import type { ConfigFile } from "./config-file.js";

/** Rules add at most this many attribute names: with evp's own they stay within the ten that a message may have. */
const MAX_TRIAGE_ATTRIBUTES = 3;
const MAX_SHOWN_VIOLATIONS = 3;

/** @throws EvpError (usage) naming `shown`, the JSON Pointer and what was expected there */
export async function checkConfig(data: unknown, shown: string, packageRoot: string): Promise<ConfigFile> {
  const { validateConfig } = await import("../../core/generated/validators.cjs");
  const isConfigFile = (value: unknown): value is ConfigFile => validateConfig(value);
  const describedIn = join(packageRoot, "schemas", "config.json");
  const hint = `Every setting is described in ${describedIn}.`;
  if (!isConfigFile(data)) {
    const { isEcho, violationText } = await import("./violation-text.js");
    const knownNames = await settingNames(describedIn);
    const violations = (validateConfig.errors ?? []).filter((violation) => !isEcho(violation));
    const texts = violations.slice(0, MAX_SHOWN_VIOLATIONS).map((violation) => violationText(violation, knownNames));
    const rest = violations.length - texts.length;
    const message = `${shown}: ${texts.join("; ")}${rest > 0 ? `; and ${rest} more` : ""}`;
    throw configError("config-invalid", message, hint);
  }
  const contradiction = findContradiction(data);
  if (contradiction !== undefined) throw configError("config-invalid", `${shown}: ${contradiction}`, hint);
  return data;
}

/** What a JSON Schema cannot say. */
function findContradiction(config: ConfigFile): string | undefined {
  const attributes = new Set((config.triage ?? []).flatMap((rule) => Object.keys(rule.attributes)));
  if (attributes.size > MAX_TRIAGE_ATTRIBUTES) {
    return `/triage adds ${attributes.size} attribute names, and ${MAX_TRIAGE_ATTRIBUTES} is the most`;
  }
  const ids = (config.clients ?? []).map((client) => client.id);
  const repeated = ids.findIndex((id, index) => ids.indexOf(id) !== index);
  return repeated < 0 ? undefined : `/clients/${repeated}/id is there twice: ${ids[repeated]}`;
}

/** Names of all settings, at whatever depth, for suggestions. */
async function settingNames(schemaFile: string): Promise<Set<string>> {
  const names = new Set<string>();
  const collect = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === "properties" && typeof value === "object" && value !== null) {
        for (const name of Object.keys(value)) names.add(name);
      }
      collect(value);
    }
  };
  collect(JSON.parse(await readFile(schemaFile, "utf8")));
  return names;
}
