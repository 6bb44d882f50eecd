import type { ClientRecord, PoisonPolicy } from "../../core/client.js";
import { DYNAMODB_BATCH_MAX_READS } from "../../core/limits.js";
import type { Rejection } from "../../core/outcome.js";
import { decidePermission } from "../../core/permission.js";
import type { EntryResult, Fault } from "../../ports/call.js";
import type { ClientRegistry } from "../../ports/client-registry.js";
import type { Clock } from "../../ports/clock.js";
import { createBatcher } from "./batcher.js";

/** A publish begins at most this long after the read that allowed it began. */
export const PERMISSION_LIVES_MS = 5_000;
/** Read again this early, so that a permission does not grow stale on its way into a call. */
const REFRESH_AFTER_MS = 4_000;

const MAX_READINGS = 1000;

export type Permission =
  /** `permittedUntil`: ms of the monotonic clock. */
  { allowed: true; topicArn: string; permittedUntil: number } | { allowed: false; rejection: Rejection };

/** What one strongly consistent read said. */
interface Reading {
  client: ClientRecord | undefined;
  /** ms of the clock that never jumps: a permission must not live longer because somebody sets the time back. */
  startedAt: number;
}

/** What the registry is asked. */
export interface PermissionQuestion {
  clientId: string;
  type: string;
  /** ms of the monotonic clock. */
  receivedAt: number;
}

/** Asks the registry whether a client may have a type. */
export interface Permissions {
  /** What {@link check} would answer without asking, as nearly always; undefined where the registry must be asked. */
  known(question: PermissionQuestion): Permission | undefined;
  /**
   * Allows on a read at most 5 s old; refuses only on a read begun after `receivedAt`, so that a client enabled just
   * before its first event is never refused by what was read earlier (ms of the monotonic clock). A fault says that the registry did not answer.
   */
  check(question: PermissionQuestion): Promise<EntryResult<{ permission: Permission }>>;
  /**
   * What becomes of a message of this client that cannot pass, by a read at most 5 s old; to `skip` it only by one begun
   * after `receivedAt`, since that is final. Nobody of that name is registered: `skip`.
   */
  policyOf(question: { clientId: string; receivedAt: number }): Promise<EntryResult<{ policy: PoisonPolicy }>>;
}

export function createPermissions({ registry, clock }: { registry: ClientRegistry; clock: Clock }): Permissions {
  const readings = new Map<string, Reading>();
  const { submit: read } = createBatcher<string, { reading: Reading }>({
    clock,
    lingerMs: 1,
    // The messages of one receive ask at the same time.
    mayGrow: () => true,
    maxEntries: DYNAMODB_BATCH_MAX_READS,
    keyOf: (clientId) => clientId,
    async send(clientIds) {
      const startedAt = clock.monotonic();
      const clients = await registry.get(clientIds);
      return clientIds.map((clientId) => ({ ok: true, reading: { client: clients.get(clientId), startedAt } }));
    },
  });
  const reads = new Map<string, Promise<EntryResult<{ reading: Reading }>>>();

  /** One read of a client at a time; whoever asks meanwhile shares it only if it began late enough, which the caller checks. */
  async function readAgain(clientId: string): Promise<EntryResult<{ reading: Reading }>> {
    const underWay = reads.get(clientId);
    if (underWay !== undefined) return underWay;
    const reading = read(clientId).finally(() => reads.delete(clientId));
    reads.set(clientId, reading);
    const result = await reading;
    if (result.ok) remember(clientId, result.reading);
    return result;
  }

  /** Producers may make up any number of client ids: what is too old to allow anything is forgotten when it becomes much. */
  function remember(clientId: string, reading: Reading): void {
    readings.set(clientId, reading);
    if (readings.size <= MAX_READINGS) return;
    for (const [id, { startedAt }] of readings)
      if (clock.monotonic() - startedAt > PERMISSION_LIVES_MS) readings.delete(id);
  }

  function youngReading(clientId: string): Reading | undefined {
    const known = readings.get(clientId);
    return known !== undefined && clock.monotonic() - known.startedAt <= REFRESH_AFTER_MS ? known : undefined;
  }

  /** What is known, when it is young enough and does; else a read, or a second one where the first does not do because it was under way already. */
  async function readingThat(
    does: (reading: Reading) => boolean,
    clientId: string,
  ): Promise<EntryResult<{ reading: Reading }>> {
    const known = youngReading(clientId);
    if (known !== undefined && does(known)) return { ok: true, reading: known };
    const first = await readAgain(clientId);
    return !first.ok || does(first.reading) ? first : readAgain(clientId);
  }

  return {
    known({ clientId, type, receivedAt }) {
      const reading = youngReading(clientId);
      const permission = reading && permissionFrom(clientId, type, reading);
      const does = reading !== undefined && (reading.startedAt > receivedAt || permission?.allowed === true);
      return does ? permission : undefined;
    },
    async check({ clientId, type, receivedAt }) {
      const permissionOf = (reading: Reading) => permissionFrom(clientId, type, reading);
      const does = (reading: Reading) => reading.startedAt > receivedAt || permissionOf(reading).allowed;
      const result = await readingThat(does, clientId);
      return result.ok ? { ok: true, permission: permissionOf(result.reading) } : result;
    },
    async policyOf({ clientId, receivedAt }) {
      const does = (reading: Reading) => reading.startedAt > receivedAt || policyFrom(reading) === "block";
      const result = await readingThat(does, clientId);
      if (!result.ok) return result;
      const isOld = clock.monotonic() - result.reading.startedAt > PERMISSION_LIVES_MS;
      return isOld ? { ok: false, fault: TOO_OLD } : { ok: true, policy: policyFrom(result.reading) };
    },
  };
}

const TOO_OLD: Fault = { code: "StaleRead", message: "the registry answered too late", isSenderFault: false };

function policyFrom({ client }: Reading): PoisonPolicy {
  return client?.poisonPolicy ?? "skip";
}

function permissionFrom(clientId: string, type: string, { client, startedAt }: Reading): Permission {
  const decision = decidePermission(clientId, type, client);
  if (!decision.allowed) return decision;
  return { allowed: true, topicArn: decision.client.topicArn, permittedUntil: startedAt + PERMISSION_LIVES_MS };
}
