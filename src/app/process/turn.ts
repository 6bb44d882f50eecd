import type { Envelope, PartialEnvelope } from "../../core/event.js";
import type { Examined } from "../../core/examine.js";
import type { Attempts } from "./attempts.js";
import type { Calls } from "./calls.js";
import type { Gate } from "./gate.js";
import type { HeldMessage } from "./held-message.js";
import type { Permissions } from "./permissions.js";
import type { ProcessContext } from "./process-context.js";
import type { UnrecordedPublications } from "./unrecorded.js";

/** One message's turn in its group, with all that the parts of its story work with. */
export interface Turn {
  context: ProcessContext;
  calls: Calls;
  attempts: Attempts;
  gate: Gate;
  permissions: Permissions;
  unrecorded: UnrecordedPublications;
  /** To be told when the message waits for another one of its event. */
  yieldEvents: (held: HeldMessage) => void;
  held: HeldMessage;
  examined: Judged;
}

/** A message that is a valid event by itself. Its payload has been looked at and is not kept, since a thousand messages are held. */
export type ValidEvent = Omit<Extract<Examined, { ok: true }>, "event"> & { event: Envelope };

/** What a message is by itself. */
export type Judged = ValidEvent | Extract<Examined, { ok: false }>;

/** What is left to do for a message once its place in the order is settled: it goes on beside the next message of the group. */
export type Finish = () => Promise<void>;

export function envelopeOf(turn: Turn): PartialEnvelope {
  return turn.examined.ok ? turn.examined.event : turn.examined.envelope;
}

export async function deleteMessage({ attempts, calls, context, held }: Turn): Promise<void> {
  await attempts.until(held, { operation: "delete message" }, () => calls.delete(held));
  context.blocked.passed(held);
}
