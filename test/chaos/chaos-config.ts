import { CLIENTS, TRIAGE } from "./event-mix.js";

/** Short, so that what a killed processor held comes again soon. */
const VISIBILITY_SECONDS = 5;
/** A third of the lease, so that a call can be tried again within it. */
const CALL_TIMEOUT_MS = 1_650;
/** By then a processor has given up a call, also one that a busy machine held up. */
export const CALL_LIVES_MS = 10_000;

/**
 * The config of a round's stack.
 * @param maxReceiveCount - receives after which the queue itself moves a message to the DLQ
 * @param port - the stack's own, where no stack of another round would come up while this one is down
 */
export function chaosConfig(maxReceiveCount: number, port: number): object {
  return {
    targets: { local: { port } },
    clients: CLIENTS,
    triage: TRIAGE,
    ingress: { visibilitySeconds: VISIBILITY_SECONDS, maxReceiveCount },
    process: { callTimeoutMs: CALL_TIMEOUT_MS },
  };
}
