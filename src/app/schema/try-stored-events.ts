import { chunksOf } from "../../core/chunks.js";
import type { Examine } from "../../core/examine.js";
import { type LocatedViolation, locateViolations } from "../../core/located-violations.js";
import type { Journal, StoredEvent } from "../../ports/journal.js";
import type { SchemaPlace } from "./schema-place.js";

/** What would become of events that were accepted, if they came again under the new schema. */
export interface StoreTrial {
  /** How many of each client's newest were asked for. */
  last: number;
  /** Only events of this version; null: of all versions. */
  version: string | null;
  checked: number;
  failing: number;
  clients: ClientTrial[];
}

export interface ClientTrial {
  clientId: string;
  checked: number;
  failing: number;
  /** The newest that would fail. */
  examples: FailingEvent[];
}

export interface FailingEvent {
  eventId: string;
  /** When its producer sent it, ISO 8601. */
  sentAt: string;
  violations: LocatedViolation[];
}

export interface TrialOptions {
  place: SchemaPlace;
  clientIds: string[];
  /** Events of each client. */
  last: number;
  /** Judges bodies by the new schema, whatever their type. */
  examine: Examine;
  /** ms since 1970. */
  now: number;
  onProgress?: ((clientId: string, checked: number) => void) | undefined;
}

const MAX_EXAMPLES = 3;
const CLIENTS_AT_ONCE = 10;

/** Judges the newest stored events of a type by a new schema, client by client. Nothing is changed. */
export async function tryStoredEvents(journal: Pick<Journal, "events">, options: TrialOptions): Promise<StoreTrial> {
  const clients: ClientTrial[] = [];
  for (const some of chunksOf(options.clientIds, CLIENTS_AT_ONCE)) {
    clients.push(...(await Promise.all(some.map((clientId) => tryClient(journal, clientId, options)))));
  }
  const sum = (count: (client: ClientTrial) => number) => clients.reduce((total, client) => total + count(client), 0);
  return {
    last: options.last,
    version: options.place.version ?? null,
    checked: sum(({ checked }) => checked),
    failing: sum(({ failing }) => failing),
    clients,
  };
}

async function tryClient(
  journal: Pick<Journal, "events">,
  clientId: string,
  options: TrialOptions,
): Promise<ClientTrial> {
  const trial: ClientTrial = { clientId, checked: 0, failing: 0, examples: [] };
  // Of clients with few events most hours are empty.
  const period = { clientId, since: 0, until: options.now, newestFirst: true, mayMissLatest: true };
  for await (const stored of journal.events(period)) {
    if (isOfPlace(stored, options.place)) tryEvent(stored, trial, options);
    if (trial.checked >= options.last) break;
  }
  return trial;
}

function isOfPlace({ accepted: { envelope } }: StoredEvent, { type, version }: SchemaPlace): boolean {
  return envelope.type === type && (version === undefined || envelope.version === version);
}

function tryEvent({ accepted }: StoredEvent, trial: ClientTrial, { examine, now, onProgress }: TrialOptions): void {
  trial.checked += 1;
  onProgress?.(trial.clientId, trial.checked);
  const examined = examine({
    body: accepted.body,
    attributes: {},
    receivedAt: now,
    beside: { known: accepted.envelope },
  });
  if (examined.ok) return;
  trial.failing += 1;
  if (trial.examples.length === MAX_EXAMPLES) return;
  trial.examples.push({
    eventId: accepted.eventId,
    sentAt: new Date(accepted.sentAt).toISOString(),
    violations: locateViolations(examined.rejection.detail, accepted.body),
  });
}
