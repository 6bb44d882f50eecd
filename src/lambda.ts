import { connect } from "./adapters/aws/connect.js";
import { systemClock } from "./adapters/system-clock.js";
import type { Settings } from "./core/settings.js";
import { createHandler } from "./function/handler.js";
import { openFunction, readyFunction } from "./function/open-function.js";
import type { Store } from "./ports/store.js";
import { createProcessLog } from "./ui/log.js";

/** The composition root of evp as a function: `index.handler` of the bundle that `evp export function` packs. */
const { env } = process;
const { listener: tell } = createProcessLog(process.stdout, "info", systemClock.now);

/** Begun while the module loads, when a function has a whole CPU and no batch waits; what is wrong is told with each batch. */
const ready = readyFunction(__dirname, env);
ready.catch(() => undefined);
void loadSdks().catch(() => undefined);

export const handler = createHandler(async (remainingMs) =>
  openFunction({
    ...(await ready),
    remainingMs,
    clock: systemClock,
    tell,
    async connect(settings) {
      return connect(settings, { env, clock: systemClock, store: await openOwnStore(settings) });
    },
  }),
);

/** undefined: the store is DynamoDB. */
async function openOwnStore(settings: Settings): Promise<Store | undefined> {
  if (settings.store.kind !== "postgres") return undefined;
  const { openStore } = await import("./adapters/postgres/open-store.js");
  return openStore(settings.store, settings, systemClock);
}

/** Those that every batch needs; the adapters load them again at no cost. */
async function loadSdks(): Promise<void> {
  await Promise.all([import("@aws-sdk/client-dynamodb"), import("@aws-sdk/client-sns"), import("@aws-sdk/client-sqs")]);
}
