/** What a gateway tells of its work. Nothing here holds a body or a token. */
export interface GatewayEvents {
  /** A request was answered. */
  "request:answered": { status: number; durationMs: number };
  /** Events are on the queue. */
  "events:enqueued": { producerId: string; count: number };
  /** Something failed that should not. */
  "gateway:failed": { message: string };
  /** A request was refused for who sent it. */
  "sender:refused": { address: string; status: number; detail: string; producerId: string | undefined };
  /** An event was refused for what it is. */
  "event:refused": { producerId: string; reason: string; eventId: string | undefined; clientId: string | undefined };
  /** A call to the queue was answered, or failed. */
  "queue:answered": { entries: number; durationMs: number };
  "queue:failed": { code: string; message: string };
  /** The queue is not asked any more for a while; it is again. */
  "breaker:opened": { retryInMs: number };
  "breaker:closed": object;
  /** The keys of an issuer cannot be had. */
  "issuer:failed": { message: string };
  /** It takes no more connections and finishes what it holds. */
  "gateway:stopping": object;
}

export type GatewayListener = <Name extends keyof GatewayEvents>(name: Name, payload: GatewayEvents[Name]) => void;
