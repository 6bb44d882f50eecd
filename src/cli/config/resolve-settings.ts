import { dirname, join, resolve } from "node:path";
import { defaultNames } from "../../core/names.js";
import type { GatewaySettings, ProcessSettings, SchemaSettings, Settings } from "../../core/settings.js";
import type { CliContext } from "../context.js";
import type { GlobalFlags } from "../global-flags.js";
import { configError } from "./config-error.js";
import type { ConfigFile } from "./config-file.js";
import { DEFAULTS } from "./defaults.js";
import { loadConfig } from "./load-config.js";
import { firstGiven, fromDefault, fromFile, fromFlag, fromVariable, type Origins } from "./origins.js";
import { resolveKafka } from "./resolve-kafka.js";
import { resolveStore } from "./resolve-store.js";
import { resolveTarget } from "./resolve-target.js";

export interface ResolvedSettings {
  settings: Settings;
  /** Where each setting came from. */
  origins: Origins;
  /** Absolute path of the config file, where there is one. */
  configFile: string | undefined;
}

/**
 * Merges flags, environment, config file and defaults, in this order of precedence.
 * @throws EvpError (usage) when the config file is not valid or what was given contradicts itself
 */
export async function resolveSettings(
  context: Pick<CliContext, "cwd" | "env" | "packageRoot">,
  flags: GlobalFlags,
): Promise<ResolvedSettings> {
  const loaded = await loadConfig(context, flags);
  const config = loaded?.config ?? {};
  const base = loaded === undefined ? context.cwd : dirname(loaded.file);
  const origins: Origins = new Map();
  const stack = resolveStack(context.env, flags, config, origins);
  const stateDir = join(base, DEFAULTS.stateDir);
  const target = await resolveTarget({ flags, env: context.env, config, stateDir }, origins);
  const store = resolveStore({ env: context.env, config, stack }, origins);
  noteSections(config, origins);
  const ingress = { ...DEFAULTS.ingress, ...config.ingress };
  const settings: Settings = {
    stack,
    target,
    envelope: config.envelope ?? DEFAULTS.envelope,
    schemas: resolveSchemas(config.schemas ?? {}, base, context.packageRoot),
    triage: config.triage ?? [],
    clients: (config.clients ?? DEFAULTS.clients).map((client) => ({ active: true, ...client })),
    names: defaultNames(stack, config.names, ingress.kind),
    ingress,
    store,
    journal: { ...DEFAULTS.journal, ...config.journal },
    process: resolveProcess(config.process ?? {}, ingress.visibilitySeconds),
    kafka: resolveKafka(context.env, config.kafka ?? {}, base, origins),
    gateway: resolveGateway(config.gateway ?? {}, base),
    maxEventBytes: config.maxEventBytes ?? DEFAULTS.maxEventBytes,
    stateDir,
  };
  return { settings, origins, configFile: loaded?.file };
}

const STACK_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;

function resolveStack(env: CliContext["env"], flags: GlobalFlags, config: ConfigFile, origins: Origins): string {
  const candidates = [fromFlag("stack", flags.stack), fromVariable(env, "EVP_STACK"), fromFile("/stack", config.stack)];
  const chosen = firstGiven(candidates) ?? fromDefault(DEFAULTS.stack);
  origins.set("stack", chosen.origin);
  if (STACK_NAME.test(chosen.value)) return chosen.value;
  const hint = "Use 1 to 32 letters, digits, _ and -, a letter or digit first.";
  throw configError(
    "stack-invalid",
    `${chosen.origin.name}: ${JSON.stringify(chosen.value)} cannot name a stack`,
    hint,
  );
}

/** A call is made only while the message's lease outlives it, and a lease is renewed once a third of it has passed: a call must fit into what is left. */
function resolveProcess(process: NonNullable<ConfigFile["process"]>, visibilitySeconds: number): ProcessSettings {
  const fitting = Math.floor((visibilitySeconds * 1000) / 3);
  const callTimeoutMs = process.callTimeoutMs ?? Math.min(DEFAULTS.process.callTimeoutMs, fitting);
  if (callTimeoutMs > visibilitySeconds * 500) {
    throw configError(
      "call-timeout-too-long",
      `/process/callTimeoutMs: ${callTimeoutMs} ms is more than half of the ${visibilitySeconds} s for which a message is ours`,
      `Use at most ${visibilitySeconds * 500}, raise /ingress/visibilitySeconds, or leave it out.`,
    );
  }
  return { ...DEFAULTS.process, ...process, callTimeoutMs };
}

function resolveSchemas(
  schemas: NonNullable<ConfigFile["schemas"]>,
  base: string,
  packageRoot: string,
): SchemaSettings {
  const files = Object.entries(schemas.types ?? {}).map(([type, file]) => [type, resolve(base, file)]);
  return {
    folder: schemas.folder === undefined ? join(packageRoot, DEFAULTS.schemaFolder) : resolve(base, schemas.folder),
    isBuiltIn: schemas.folder === undefined,
    types: Object.fromEntries(files),
    default: schemas.default === undefined ? undefined : resolve(base, schemas.default),
  };
}

/** Files are beside the config file. */
function resolveGateway({ tls, ...gateway }: Partial<GatewaySettings>, base: string): GatewaySettings {
  const files = tls && { cert: resolve(base, tls.cert), key: resolve(base, tls.key) };
  return { ...DEFAULTS.gateway, ...gateway, ...(files === undefined ? {} : { tls: files }) };
}

/** Settings that only the config file can change. */
const SECTIONS = {
  envelope: undefined,
  schemas: ["folder", "types", "default"],
  triage: undefined,
  clients: undefined,
  names: [
    "ingressQueue",
    "deadLetterQueue",
    "undeliveredQueue",
    "eventsTable",
    "clientsTable",
    "producersTable",
    "clientTopic",
    "clientQueue",
  ],
  ingress: Object.keys(DEFAULTS.ingress),
  journal: Object.keys(DEFAULTS.journal),
  process: Object.keys(DEFAULTS.process),
  gateway: [...Object.keys(DEFAULTS.gateway), "tls"],
  maxEventBytes: undefined,
} as const;

function noteSections(config: ConfigFile, origins: Origins): void {
  const entries = new Map(Object.entries(config));
  for (const [section, members] of Object.entries(SECTIONS)) {
    const value: unknown = entries.get(section);
    if (members === undefined) {
      origins.set(section, originOf(`/${section}`, value));
      continue;
    }
    const given = new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
    for (const member of members)
      origins.set(`${section}.${member}`, originOf(`/${section}/${member}`, given.get(member)));
  }
}

function originOf(pointer: string, value: unknown) {
  return (firstGiven([fromFile(pointer, value)]) ?? fromDefault(undefined)).origin;
}
