import { hash } from "node:crypto";
import type { Clock } from "../../ports/clock.js";
import type { GatewayReply } from "../../ports/gateway-service.js";

/** Remembers what was answered to requests with an idempotency key: for as long as the queue drops a repetition, and a little longer. */
const REMEMBERED_MS = 10 * 60_000;
const MAX_REMEMBERED = 50_000;

interface Entry {
  content: string;
  at: number;
  reply: Promise<GatewayReply>;
}

/** Answers the same request under the same key with the same answer; `conflict`: it is another request. */
export interface IdempotencyMemory {
  run(
    request: { producerId: string; key: string; content: string },
    work: () => Promise<GatewayReply>,
  ): Promise<GatewayReply> | "conflict";
}

/**
 * Only an answer that says that everything is on the queue is kept, so that whatever else came of a request may be tried again. It is this process's own:
 * of what another one took, the queue drops a repetition for five minutes, and the journal knows an event for as long as it lives.
 */
export function createIdempotencyMemory(clock: Pick<Clock, "monotonic">): IdempotencyMemory {
  const entries = new Map<string, Entry>();

  function forgetOld(): void {
    for (const [name, { at }] of entries) {
      if (clock.monotonic() - at <= REMEMBERED_MS && entries.size <= MAX_REMEMBERED) return;
      entries.delete(name);
    }
  }

  return {
    run({ producerId, key, content }, work) {
      forgetOld();
      const name = `${producerId} ${key}`;
      const fingerprint = hash("sha256", content, "base64");
      const known = entries.get(name);
      if (known !== undefined) return known.content === fingerprint ? repeated(known.reply) : "conflict";
      const reply = work();
      entries.set(name, { content: fingerprint, at: clock.monotonic(), reply });
      const forget = () => entries.delete(name);
      reply.then(({ status }) => status === 202 || forget(), forget);
      return reply;
    },
  };
}

async function repeated(reply: Promise<GatewayReply>): Promise<GatewayReply> {
  const { headers, ...rest } = await reply;
  return { ...rest, headers: { ...headers, "idempotency-replayed": "true" } };
}
