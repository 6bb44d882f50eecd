import type { ClientRecord } from "../../core/client.js";
import { EvpError } from "../../core/errors.js";
import { CallError } from "../../ports/call.js";
import type { ClientRegistry } from "../../ports/client-registry.js";
import type { Clock } from "../../ports/clock.js";
import { PERMISSION_LIVES_MS } from "../process/permissions.js";

/** Read again this early, so that what was read does not grow stale on its way into a call. */
const REFRESH_AFTER_MS = 4_000;

/** What a client may have, as an operator's command asks it right before each publish. */
export interface ClientPermit {
  /**
   * The client's record by a strongly consistent read that began at most 5 s ago.
   * @throws EvpError (failed) when the client is gone or disabled; CallError when the registry does not answer in time
   */
  read(): Promise<ClientRecord>;
}

export function createClientPermit(
  { clients, clock }: { clients: Pick<ClientRegistry, "get">; clock: Clock },
  clientId: string,
): ClientPermit {
  let known: { record: ClientRecord | undefined; startedAt: number } | undefined;
  const ageMs = () => (known === undefined ? Number.POSITIVE_INFINITY : clock.monotonic() - known.startedAt);
  return {
    async read() {
      if (ageMs() > REFRESH_AFTER_MS) {
        const startedAt = clock.monotonic();
        const record = (await clients.get([clientId])).get(clientId);
        known = { record, startedAt };
      }
      if (ageMs() > PERMISSION_LIVES_MS) throw answeredTooLate();
      const record = known?.record;
      if (record === undefined) throw gone(clientId);
      assertActive(record);
      return record;
    },
  };
}

/** @throws EvpError (failed) when the client is disabled */
export function assertActive({ clientId, active }: ClientRecord): void {
  if (active) return;
  throw new EvpError(`client ${clientId} is disabled: nothing is published for it`, {
    code: "client-inactive",
    category: "failed",
    hint: `Let it have events again with evp client enable ${clientId}.`,
  });
}

function gone(clientId: string): EvpError {
  return new EvpError(`client ${clientId} is not registered any more`, {
    code: "client-unknown",
    category: "not-found",
    hint: "evp client list shows who is.",
  });
}

function answeredTooLate(): CallError {
  const message = "the registry answered too late";
  return new CallError(message, { code: "StaleRead", message, isSenderFault: false }, "failed");
}
