/** Names of the stack's resources, as docs/deploying.md ("Resources of a stack") gives them for the stack `evp`. */
export const INGRESS_QUEUE = "evp-ingress.fifo";
export const DEAD_LETTER_QUEUE = "evp-dlq.fifo";
export const UNDELIVERED_QUEUE = "evp-undelivered.fifo";
export const EVENTS_TABLE = "evp-events";
export const CLIENTS_TABLE = "evp-clients";

/** A client's topic and queue share a name. */
export function clientResource(clientId: string): string {
  return `evp-${clientId}.fifo`;
}
