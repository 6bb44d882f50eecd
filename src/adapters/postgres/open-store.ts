import type { PostgresSettings, Settings } from "../../core/settings.js";
import type { Clock } from "../../ports/clock.js";
import type { Store } from "../../ports/store.js";
import { createClientRegistry } from "./client-registry.js";
import { openDatabase } from "./database.js";
import { createDiagnostics } from "./diagnostics.js";
import { deleteExpired } from "./expired-rows.js";
import { createJournal } from "./journal.js";
import { createProducerRegistry } from "./producer-registry.js";
import { createProvisioner } from "./provisioner.js";
import { assertUsable, whenUsable } from "./usable.js";

/** Opens a stack's store in PostgreSQL, on its primary. Makes no connection before one is needed. */
export function openStore(
  store: PostgresSettings,
  { stack, process }: Pick<Settings, "stack" | "process">,
  clock: Clock,
): Store {
  const { url, schema, maxConnections } = store;
  const applicationName = `evp ${stack}`;
  const database = openDatabase({ url, maxConnections, applicationName, timeoutMs: process.callTimeoutMs });
  const check = () => assertUsable(database, store, stack);
  const usable = whenUsable(database, check);
  return {
    journal: createJournal({ database: usable, clock, schema }),
    clients: createClientRegistry(usable, schema),
    producers: createProducerRegistry(usable, schema),
    provisioner: createProvisioner(database),
    care: {
      place: `${database.place}, schema ${schema}`,
      assertUsable: check,
      deleteExpired: (now) => deleteExpired(usable, schema, now),
    },
    diagnostics: createDiagnostics(database, clock, schema),
    apiCalls: database.calls,
    close: database.close,
  };
}
