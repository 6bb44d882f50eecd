import { retryDelayMs } from "../core/backoff.js";
import { closestMatch } from "../core/closest-match.js";
import { EvpError } from "../core/errors.js";
import type { ProducerRecord } from "../core/producer.js";
import { ANY } from "../core/producer-permission.js";
import { liveSecrets, withNewSecret } from "../core/producer-secret.js";
import type { Clock } from "../ports/clock.js";
import type { ProducerRegistry } from "../ports/producer-registry.js";
import { controlCall } from "./control-calls.js";
import { PRODUCER_LIVES_MS } from "./gateway/known-producers.js";
import { makeSecret } from "./producer-secret.js";

/** One entry of `evp producer list --json`. */
export interface ProducerView {
  producerId: string;
  active: boolean;
  allowedClients: string[];
  allowedTypes: string[];
  /** Events a second; null: the gateway's own limit. */
  ratePerSecond: number | null;
  /** Its secrets at the embedded stack's issuer that have not ended. Times are ISO 8601; null: it does not end. */
  secrets: { createdAt: string; expiresAt: string | null }[];
  /** Shown once, by what made it. */
  secret?: string;
}

export interface ProducerPorts {
  producers: ProducerRegistry;
  clock: Clock;
  randomBytes: (count: number) => Buffer;
}

const PRODUCER_ID = /^[A-Za-z0-9_-]{1,64}$/;
const CLIENT_ID = /^[A-Za-z0-9_-]{1,64}$/;
const EVENT_TYPE = /^[A-Za-z0-9_.-]{1,64}$/;
/** Each time, somebody else has changed the record between the look at it and the write. */
const MAX_CHANGES = 8;

export async function listProducers({ producers, clock }: Omit<ProducerPorts, "randomBytes">): Promise<ProducerView[]> {
  const records = await producers.list();
  const views = records.map((record) => toView(record, clock.now()));
  return views.sort((left, right) => (left.producerId < right.producerId ? -1 : 1));
}

export interface NewProducer {
  producerId: string;
  /** Empty: all. */
  clients: string[];
  types: string[];
  ratePerSecond?: number | undefined;
  active: boolean;
  /** Whether it gets a secret of the embedded stack's issuer. */
  wantsSecret: boolean;
}

/** Registers a producer. @throws EvpError (usage) for ids that cannot be; (failed) where it is registered already */
export async function addProducer(ports: ProducerPorts, wanted: NewProducer): Promise<ProducerView> {
  const { producerId, clients, types, ratePerSecond, active, wantsSecret } = wanted;
  if (!PRODUCER_ID.test(producerId)) throw invalidId("producer", producerId);
  checkNames(clients, types);
  const bare: ProducerRecord = {
    producerId,
    active,
    allowedClients: clients.length === 0 ? [ANY] : [...new Set(clients)],
    allowedTypes: types.length === 0 ? [ANY] : [...new Set(types)],
    ...(ratePerSecond === undefined ? {} : { ratePerSecond }),
    secrets: [],
  };
  const { clock, producers } = ports;
  const fresh = wantsSecret ? await makeSecret(ports.randomBytes) : undefined;
  const now = clock.now();
  const record = fresh === undefined ? bare : withNewSecret(bare, fresh, { now, graceMs: 0 });
  // Made once: a retry whose first attempt had arrived would say that it is registered already, and lose the secret.
  if (!(await producers.put(record))) {
    throw new EvpError(`producer ${producerId} is registered already`, {
      code: "producer-exists",
      category: "failed",
      hint: "evp producer allow and deny change what it may send, evp producer rotate its secret.",
    });
  }
  return { ...toView(record, now), ...(fresh === undefined ? {} : { secret: fresh.secret }) };
}

/** What a producer may send for, and of which types. */
export interface Bounds {
  clients: string[];
  types: string[];
}

/** Lets a producer send more. */
export function allowProducer(ports: ProducerPorts, producerId: string, more: Bounds): Promise<ProducerView> {
  checkNames(more.clients, more.types);
  return change(ports, producerId, (record) => ({
    ...record,
    allowedClients: widened(record.allowedClients, more.clients),
    allowedTypes: widened(record.allowedTypes, more.types),
  }));
}

/**
 * Takes from a producer what it may send. Once it returns, no gateway takes such events any more.
 * @throws EvpError (usage) where it may send for all, of which no single one can be taken
 */
export async function denyProducer(ports: ProducerPorts, producerId: string, less: Bounds): Promise<ProducerView> {
  checkNames(less.clients, less.types);
  const view = await change(ports, producerId, (record) => ({
    ...record,
    allowedClients: narrowed(record.allowedClients, less.clients, "clients"),
    allowedTypes: narrowed(record.allowedTypes, less.types, "types"),
  }));
  await toBeKnown(ports.clock);
  return view;
}

export function enableProducer(ports: ProducerPorts, producerId: string): Promise<ProducerView> {
  return change(ports, producerId, (record) => ({ ...record, active: true }));
}

/** Once it returns, no gateway takes anything of it any more. */
export async function disableProducer(ports: ProducerPorts, producerId: string): Promise<ProducerView> {
  const view = await change(ports, producerId, (record) => ({ ...record, active: false }));
  await toBeKnown(ports.clock);
  return view;
}

/** Gives a producer another secret; the one before ends `graceMs` later. Tokens that it has got live on until they end. */
export async function rotateSecret(ports: ProducerPorts, producerId: string, graceMs: number): Promise<ProducerView> {
  const fresh = await makeSecret(ports.randomBytes);
  const now = ports.clock.now();
  const view = await change(ports, producerId, (record) => withNewSecret(record, fresh, { now, graceMs }));
  return { ...view, secret: fresh.secret };
}

/** Once it returns, no gateway takes anything of it any more. @returns false where there was none */
export async function removeProducer(ports: ProducerPorts, producerId: string): Promise<boolean> {
  const { producers, clock } = ports;
  const wasThere = (await controlCall(clock, () => producers.get(producerId))) !== undefined;
  await controlCall(clock, () => producers.remove(producerId));
  await toBeKnown(clock);
  return wasThere;
}

/** Waits until every gateway has read the registry again; also when nothing changed, since an interrupted run may have changed it. */
async function toBeKnown(clock: Clock): Promise<void> {
  await clock.sleep(PRODUCER_LIVES_MS);
}

async function change(
  { producers, clock }: ProducerPorts,
  producerId: string,
  changed: (record: ProducerRecord) => ProducerRecord,
): Promise<ProducerView> {
  for (let attempt = 1; attempt <= MAX_CHANGES; attempt++) {
    const record = await controlCall(clock, () => producers.get(producerId));
    if (record === undefined) throw await unknownProducer(producers, producerId);
    const next = changed(record);
    if (await controlCall(clock, () => producers.put(next, record))) return toView(next, clock.now());
    await clock.sleep(retryDelayMs(attempt, () => clock.random()));
  }
  throw new EvpError(`producer ${producerId} was not changed: others kept changing it at the same time`, {
    code: "producer-contended",
    category: "failed",
    hint: "Try again.",
    retryable: true,
  });
}

async function unknownProducer(producers: ProducerRegistry, producerId: string): Promise<EvpError> {
  const known = (await producers.list()).map((producer) => producer.producerId).sort();
  const meant = closestMatch(producerId, known);
  const registered = known.length === 0 ? "No producer is registered." : `Registered: ${known.join(", ")}.`;
  return new EvpError(`there is no producer ${producerId}`, {
    code: "producer-unknown",
    category: "not-found",
    hint: meant === undefined ? registered : `Did you mean ${meant}? ${registered}`,
  });
}

/** `*` and single names do not stand beside each other: one of the two would say nothing. */
function widened(allowed: string[], more: string[]): string[] {
  const all = [...new Set([...allowed, ...more])];
  return all.includes(ANY) ? [ANY] : all;
}

function narrowed(allowed: string[], less: string[], what: string): string[] {
  if (less.includes(ANY)) return [];
  if (less.length === 0 || !allowed.includes(ANY)) return allowed.filter((name) => !less.includes(name));
  throw new EvpError(`it may send ${what === "clients" ? "for all clients" : "events of all types"}`, {
    code: "producer-unbound",
    category: "usage",
    hint: `Take all from it first (deny with *), then allow the ${what} that it may have.`,
  });
}

function checkNames(clients: string[], types: string[]): void {
  const client = clients.find((id) => id !== ANY && !CLIENT_ID.test(id));
  if (client !== undefined) throw invalidId("client", client);
  const type = types.find((name) => name !== ANY && !EVENT_TYPE.test(name));
  if (type === undefined) return;
  throw new EvpError(`"${type}" cannot be an event type`, {
    code: "type-invalid",
    category: "usage",
    hint: "An event type is 1 to 64 letters, digits, dots, hyphens and underscores; * stands for all.",
  });
}

function invalidId(what: string, id: string): EvpError {
  return new EvpError(`"${id}" cannot be a ${what}'s id`, {
    code: `${what}-invalid`,
    category: "usage",
    hint: `A ${what}'s id is 1 to 64 letters, digits, hyphens and underscores.`,
  });
}

function toView(record: ProducerRecord, now: number): ProducerView {
  const { producerId, active, allowedClients, allowedTypes, ratePerSecond = null } = record;
  const secrets = liveSecrets(record, now).map(({ createdAt, expiresAt }) => ({
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
  }));
  return { producerId, active, allowedClients, allowedTypes, ratePerSecond, secrets };
}
