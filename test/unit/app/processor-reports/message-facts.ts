import type { MessageFacts } from "../../../../src/app/process/events.js";

/** What is told of a message, of client-1 unless it says otherwise. */
export function messageFacts(changes: Partial<MessageFacts> = {}): MessageFacts & { clientId: string } {
  const message = { messageId: "m-1", groupId: "g-1", correlationId: "m-1", eventId: "e-1", type: "transaction" };
  return { ...message, ...changes, clientId: changes.clientId ?? "client-1" };
}
