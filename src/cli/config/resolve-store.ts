import type { StoreSettings } from "../../core/settings.js";
import { parseStoreUrl } from "../../core/store-url.js";
import type { CliContext } from "../context.js";
import { configError } from "./config-error.js";
import type { ConfigFile } from "./config-file.js";
import { DEFAULTS } from "./defaults.js";
import { firstGiven, fromDefault, fromFile, fromVariable, type Origins } from "./origins.js";

interface StoreInput {
  env: CliContext["env"];
  config: ConfigFile;
  stack: string;
}

/** Any of them says where PostgreSQL is ("Environment Variables", libpq). */
const LIBPQ_VARIABLES = ["PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER"];

/**
 * Where the journal and the registries are kept. EVP_STORE_URL chooses PostgreSQL, whatever the config says.
 * @throws EvpError (usage) for a URL that is none, without repeating it: it may hold a password
 */
export function resolveStore({ env, config, stack }: StoreInput, origins: Origins): StoreSettings {
  const entry = config.store;
  const variable = fromVariable(env, "EVP_STORE_URL");
  const chosen = firstGiven<StoreSettings["kind"]>([
    { value: variable.value === undefined ? undefined : "postgres", origin: variable.origin },
    fromFile("/store/kind", entry?.kind),
  ]);
  const { value: kind, origin } = chosen ?? fromDefault(DEFAULTS.store.kind);
  origins.set("store.kind", origin);
  if (kind === "dynamodb") {
    refuseIdle(entry);
    return { kind };
  }
  const url = firstGiven([variable, fromFile("/store/url", entry?.url)]);
  if (url !== undefined && parseStoreUrl(url.value) === undefined) throw noUrl(url.origin.name);
  const schema = firstGiven([fromFile("/store/schema", entry?.schema)]) ?? fromDefault(stack);
  const viewSchema = firstGiven([fromFile("/store/viewSchema", entry?.viewSchema)]) ?? fromDefault(schema.value);
  const most = firstGiven([fromFile("/store/maxConnections", entry?.maxConnections)]);
  const maxConnections = most ?? fromDefault<number>(DEFAULTS.store.maxConnections);
  origins.set("store.url", (url ?? libpqOrigin(env)).origin);
  origins.set("store.schema", schema.origin);
  origins.set("store.viewSchema", viewSchema.origin);
  origins.set("store.maxConnections", maxConnections.origin);
  refuseReserved(schema.value, schema.origin.name || "the stack's name");
  return {
    kind,
    url: url?.value,
    schema: schema.value,
    viewSchema: viewSchema.value,
    maxConnections: maxConnections.value,
  };
}

function refuseIdle(entry: ConfigFile["store"]): void {
  const idle = Object.keys(entry ?? {}).find((name) => name !== "kind");
  if (idle === undefined) return;
  throw configError(
    "store-unclear",
    `/store/${idle} is about PostgreSQL, and /store/kind is dynamodb`,
    `Set /store/kind to postgres, or leave ${idle} out.`,
  );
}

function libpqOrigin(env: StoreInput["env"]) {
  return firstGiven(LIBPQ_VARIABLES.map((name) => fromVariable(env, name))) ?? fromDefault(undefined);
}

function noUrl(name: string) {
  return configError(
    "store-url-invalid",
    `${name} is no URL of a PostgreSQL database`,
    "Write postgres://user:password@host:5432/database, with what is special in a password percent-encoded.",
  );
}

/** Names of the system's own begin so ("CREATE SCHEMA"). */
function refuseReserved(schema: string, name: string): void {
  if (!schema.startsWith("pg_")) return;
  throw configError(
    "store-schema-reserved",
    `${name}: a schema's name must not begin with pg_`,
    "Set another /store/schema in the config.",
  );
}
