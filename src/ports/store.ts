import type { ClientRegistry } from "./client-registry.js";
import type { Probe } from "./diagnostics.js";
import type { Journal } from "./journal.js";
import type { ProducerRegistry } from "./producer-registry.js";
import type { Provisioner } from "./provisioner.js";

/** A store that is not at the target: the journal and the registries in a database of one's own. Opening it makes no call. */
export interface Store {
  journal: Journal;
  clients: ClientRegistry;
  producers: ProducerRegistry;
  /** Of the resources of a plan, those of the database. */
  provisioner: Provisioner;
  care: StoreCare;
  diagnostics: StoreDiagnostics;
  /** How many statements were sent so far, by name. */
  apiCalls(): Record<string, number>;
  close(): void;
}

/** What a database needs besides, and DynamoDB does by itself. */
export interface StoreCare {
  /** Where it is, for people: `host:port/database, schema evp`. */
  readonly place: string;
  /** @throws CallError where it cannot be reached, or its shape is not the one that this version of evp works with */
  assertUsable(): Promise<void>;
  /**
   * Deletes some of what has expired, by the database's clock and by `now` (ms since 1970).
   * @returns whether there may be more
   */
  deleteExpired(now: number): Promise<boolean>;
}

export interface StoreDiagnostics {
  /** Asks the database something small. */
  probe(): Promise<Probe>;
  /** What this role may not do in the stack's schema and needs to, for instance `INSERT on evp.event`. */
  deniedPrivileges(): Promise<string[]>;
}
