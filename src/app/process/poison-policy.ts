import type { Rejection } from "../../core/outcome.js";
import { resultOf } from "../../ports/call-result.js";
import type { Task } from "./attempts.js";
import { factsOf, HandBack } from "./held-message.js";
import { envelopeOf, type Turn } from "./turn.js";

const ASK: Task = { operation: "read poison policy", dependency: "registry" };

/**
 * Asks what is to become of a message that cannot pass. Only a registered client has a policy; whatever names none is skipped.
 * @throws HandBack when its group is to wait: at each receipt the message is judged anew, so that it goes on once an operator
 * has changed the registry, the schemas or the policy
 */
export async function askPoisonPolicy(turn: Turn, rejection: Rejection): Promise<void> {
  const { held, attempts, permissions } = turn;
  const { clientId } = envelopeOf(turn);
  if (clientId === undefined) return;
  const receivedAt = held.received.monotonic;
  const { policy } = await attempts.until(held, ASK, () => permissions.policyOf({ clientId, receivedAt }));
  if (policy === "skip") return;
  await noteBlocked(turn, clientId, rejection);
  const { reason, detail } = rejection;
  turn.context.blocked.add({ ...factsOf(turn.held), clientId, reason, detail });
  throw new HandBack("blocked", `it waits for an operator: ${reason}`);
}

/** For `evp status`, which runs in another process. What cannot be noted now is noted at the next receipt. */
async function noteBlocked(turn: Turn, clientId: string, { reason, detail }: Rejection): Promise<void> {
  const { context, gate, held } = turn;
  if (gate.isShut("store")) return;
  const { groupId, messageId } = held.message;
  const { id: eventId, type } = envelopeOf(turn);
  const now = context.clock.now();
  const times = { since: now, lastTriedAt: now };
  const group = { groupId, clientId, messageId, eventId, type, reason, detail, ...times };
  const noted = await resultOf(context.connection.journal.noteBlockedGroup(group).then(() => ({})));
  if (noted.ok) return;
  context.tell("call:failed", { operation: "note blocked group", fault: noted.fault, attempt: 1 });
}
