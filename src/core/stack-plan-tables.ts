import { PRODUCER_KEY } from "./producer-secret.js";
import type { Settings } from "./settings.js";
import type {
  DesiredIndex,
  DesiredPointInTimeRecovery,
  DesiredTable,
  DesiredTimeToLive,
  StackAccount,
} from "./stack-plan.js";
import { tableArn } from "./stack-plan-arns.js";
import { EVENTS_TABLE, REJECTION_INDEX, REPLAY_INDEX } from "./stack-plan-journal.js";
import { tagged } from "./stack-plan-tags.js";

/** The journal. Both indexes are sparse and hold keys only; each can be switched off. */
export function planEventsTable(settings: Settings, account: StackAccount): DesiredTable {
  const name = settings.names.eventsTable;
  const switches: [DesiredIndex, boolean][] = [
    [REPLAY_INDEX, settings.journal.replayIndex],
    [REJECTION_INDEX, settings.journal.rejectionIndex],
  ];
  return {
    kind: "table",
    name,
    arn: tableArn(account, name),
    ...tagged(settings, (all) => all.eventsTable),
    key: EVENTS_TABLE.key,
    indexes: switches.filter(([, isOn]) => isOn).map(([index]) => index),
    unwantedIndexes: switches.filter(([, isOn]) => !isOn).map(([index]) => index.name),
  };
}

/** The client registry. */
export function planClientsTable(settings: Settings, account: StackAccount): DesiredTable {
  const name = settings.names.clientsTable;
  return {
    kind: "table",
    name,
    arn: tableArn(account, name),
    ...tagged(settings, (all) => all.clientsTable),
    key: [{ name: "clientId", type: "S" }],
    indexes: [],
    unwantedIndexes: [],
  };
}

/** Producers are in a table wherever the embedded stack's issuer is to find their secrets, whatever the store. */
export function hasProducersTable({ store, target }: Pick<Settings, "store" | "target">): boolean {
  return store.kind === "dynamodb" || target.kind === "local";
}

/** The producer registry: a table of its own, so that whoever may read the clients need not see the producers' secrets. */
export function planProducersTable(settings: Settings, account: StackAccount): DesiredTable {
  const name = settings.names.producersTable;
  return {
    kind: "table",
    name,
    arn: tableArn(account, name),
    ...tagged(settings, (all) => all.producersTable),
    key: [{ name: PRODUCER_KEY, type: "S" }],
    indexes: [],
    unwantedIndexes: [],
  };
}

export function planTimeToLive(settings: Settings, table: DesiredTable): DesiredTimeToLive {
  return {
    kind: "time-to-live",
    name: table.name,
    attribute: EVENTS_TABLE.expiresAt,
    notOffered: settings.target.kind === "local" ? "the embedded stack keeps expired facts" : undefined,
  };
}

/** Only on real AWS: elsewhere there is nothing to recover to. */
export function planPointInTimeRecovery(settings: Settings): DesiredPointInTimeRecovery[] {
  if (settings.target.kind !== "aws") return [];
  const { eventsTable, clientsTable, producersTable } = settings.names;
  return [eventsTable, clientsTable, producersTable].map((name) => ({ kind: "point-in-time-recovery", name }));
}
