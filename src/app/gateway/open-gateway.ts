import type { Judge } from "../../core/examine.js";
import type { GatewaySettings } from "../../core/settings.js";
import type { Clock } from "../../ports/clock.js";
import type { Admission, GatewayReply, GatewayRequest } from "../../ports/gateway-service.js";
import type { StackConnection } from "../../ports/stack-connection.js";
import type { TokenVerifier } from "../../ports/token-verifier.js";
import { createPermissions } from "../process/permissions.js";
import { createEnqueuer } from "./enqueuer.js";
import type { GatewayListener } from "./gateway-events.js";
import { admitRequest, type GatewayPorts } from "./handle-request.js";
import { createIdempotencyMemory } from "./idempotency-memory.js";
import { createKnownProducers } from "./known-producers.js";
import { createRateLimits } from "./rate-limits.js";

export interface GatewayOptions {
  connection: Pick<StackConnection, "ingress" | "clients" | "producers">;
  settings: Pick<GatewaySettings, "batch" | "ratePerSecond" | "bodyBytes">;
  clock: Clock;
  examine: Judge;
  verifier: TokenVerifier;
  newUuid: () => string;
  tell: GatewayListener;
}

/** Bodies that wait for the queue, at most; a request of the largest kind always fits. */
const MAX_HELD_BYTES = 64 * 1024 * 1024;

/** A gateway's work, without the HTTP around it. */
export interface Gateway {
  admit(request: GatewayRequest): Admission | Promise<Admission>;
}

export function openGateway(options: GatewayOptions): Gateway {
  const { connection, settings, clock, examine, verifier, newUuid, tell } = options;
  let active = 0;
  const enqueuer = createEnqueuer({
    ingress: connection.ingress,
    clock,
    activeRequests: () => active,
    maxHeldBytes: Math.max(MAX_HELD_BYTES, settings.bodyBytes),
    tell,
  });
  const ports: GatewayPorts = {
    examine,
    verifier,
    enqueuer,
    clock,
    newUuid,
    tell,
    permissions: createPermissions({ registry: connection.clients, clock }),
    producers: createKnownProducers(connection.producers, clock),
    memory: createIdempotencyMemory(clock),
    rates: createRateLimits(clock),
    limits: { batch: settings.batch, ratePerSecond: settings.ratePerSecond },
  };
  return {
    admit(request) {
      const startedAt = clock.monotonic();
      const told = (reply: GatewayReply): GatewayReply => {
        tell("request:answered", { status: reply.status, durationMs: clock.monotonic() - startedAt });
        return reply;
      };
      const counted = (admission: Admission): Admission => {
        if (!admission.ok) return { ok: false, reply: told(admission.reply) };
        return {
          ok: true,
          async answer(body) {
            active += 1;
            try {
              return told(await admission.answer(body));
            } finally {
              active -= 1;
            }
          },
        };
      };
      const admission = admitRequest(ports, request);
      return admission instanceof Promise ? admission.then(counted) : counted(admission);
    },
  };
}
