import type { ClientRecord } from "../../core/client.js";
import { DYNAMODB_BATCH_MAX_READS } from "../../core/limits.js";
import type { Rejection } from "../../core/outcome.js";
import { decidePermission } from "../../core/permission.js";
import type { EntryResult } from "../../ports/call.js";
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

/** Asks the registry whether a client may have a type. */
export interface Permissions {
  /**
   * Allows on a read at most 5 s old; refuses only on a read begun after `receivedAt`, so that a client enabled just
   * before its first event is never refused by what was read earlier (ms of the monotonic clock). A fault says that the registry did not answer.
   */
  check(question: {
    clientId: string;
    type: string;
    receivedAt: number;
  }): Promise<EntryResult<{ permission: Permission }>>;
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

  return {
    async check({ clientId, type, receivedAt }) {
      const known = readings.get(clientId);
      if (known !== undefined && clock.monotonic() - known.startedAt <= REFRESH_AFTER_MS) {
        const permission = permissionFrom(clientId, type, known);
        if (permission.allowed || known.startedAt > receivedAt) return { ok: true, permission };
      }
      const first = await readAgain(clientId);
      if (!first.ok) return first;
      const permission = permissionFrom(clientId, type, first.reading);
      if (permission.allowed || first.reading.startedAt > receivedAt) return { ok: true, permission };
      // A read that was under way already, begun before the message came, may allow it but not refuse it.
      const second = await readAgain(clientId);
      return second.ok ? { ok: true, permission: permissionFrom(clientId, type, second.reading) } : second;
    },
  };
}

function permissionFrom(clientId: string, type: string, { client, startedAt }: Reading): Permission {
  const decision = decidePermission(clientId, type, client);
  if (!decision.allowed) return decision;
  return { allowed: true, topicArn: decision.client.topicArn, permittedUntil: startedAt + PERMISSION_LIVES_MS };
}
