import type { Examined } from "../../core/examine.js";
import type { Fact } from "../../core/facts.js";
import type { Submit } from "./batcher.js";
import type { For } from "./calls.js";
import type { HeldMessage } from "./held-message.js";
import type { ProcessContext } from "./process-context.js";

/** What is done for messages as it is without tracing; where their traces are wanted, they are told of it. */

/** Judges a message, with which its trace begins. */
export function examineTraced(context: ProcessContext, held: HeldMessage): Examined {
  const { body, attributes } = held.message;
  const examine = () => context.examine({ body, attributes, receivedAt: held.received.wall, beside: held.message });
  if (context.trace === undefined) return examine();
  const { visibilitySeconds } = context.settings.ingress;
  held.trace = context.trace.follow({
    message: held.message,
    queue: context.connection.ingress.name,
    // A lease that was never renewed began when the call was made.
    askedAt: held.lease.wall - visibilitySeconds * 1000,
    receivedAt: held.received.wall,
  });
  const judged = held.trace.judging();
  const examined = examine();
  judged(
    examined.ok
      ? { envelope: examined.event, reason: undefined }
      : { envelope: examined.envelope, reason: examined.rejection.reason },
  );
  return examined;
}

/** @returns the same, which tells the traces of the messages that facts are kept of */
export function storeTraced<Payload extends Fact, Value>(
  store: Submit<For<Payload>, Value>,
): Submit<For<Payload>, Value> {
  return (entry) => {
    const stored = entry.held.trace?.storing(entry.payload.fact);
    const result = store(entry);
    // What ends otherwise is a defect, which the lane sees.
    if (stored !== undefined)
      result.then(
        (ended) => stored(ended.ok ? undefined : ended.fault),
        () => undefined,
      );
    return result;
  };
}
