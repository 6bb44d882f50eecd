import { type VerifyOptions, verifyStack } from "../../../../src/app/verify/verify-stack.js";
import { rejectedFact } from "../../../../src/core/make-facts.js";
import type { Clock } from "../../../../src/ports/clock.js";
import type { Provisioner } from "../../../../src/ports/provisioner.js";
import { createInstantClock } from "../../../doubles/instant-clock.js";
import { createMemoryQueues } from "../../../doubles/memory-queues.js";
import { createEnvelopeExaminer } from "../../../doubles/stack-schemas.js";
import { eventFields } from "../../../factories/events.js";
import { ModelStack } from "../../../factories/model-stack.js";
import { settingsOf } from "../../../factories/settings.js";
import { createStoredEvents } from "../replay/stored-events.js";

interface Rejected {
  /** Of the message; the event is then `id`. */
  messageId?: string;
  at?: number;
  isDoubtful?: true;
  settled?: "redriven" | "purged";
}

/** A stack with client-1 and client-2, a journal to put facts in, and a DLQ. */
export function createVerifyStack(clock: Clock = createInstantClock()) {
  const stack = new ModelStack(clock);
  for (const client of ["client-1", "client-2"]) stack.addClient(client, ["transaction"]);
  const { journal, store } = createStoredEvents(clock);
  const deadLetters = createMemoryQueues(clock)("dlq.fifo");
  const { ingress, publisher, clients } = stack.connection;
  /** Topics that are gone. */
  const missing = new Set<string>();
  const unused = () => Promise.reject(new Error("verifying changes no resource"));
  const provisioner: Provisioner = {
    inspect: async (resource) => {
      const isMissing = resource.kind === "topic" && missing.has(resource.arn);
      return { state: isMissing ? "absent" : "matches" };
    },
    create: unused,
    update: unused,
    remove: unused,
  };
  const identity = async () => ({ account: "000000000000", region: "us-east-1" });
  const connection = { journal, ingress, deadLetters, clients, publisher, provisioner, identity };
  let runs = 0;
  const verify = (options: Partial<VerifyOptions> = {}) =>
    verifyStack({ connection, triage: createEnvelopeExaminer(), clock, holder: `run-${++runs}` }, settingsOf(), {
      deep: false,
      onProgress: () => undefined,
      ...options,
    });

  async function reject(id: string, { messageId, at = clock.now() - 3_600_000, isDoubtful, settled }: Rejected = {}) {
    const eventId = messageId === undefined ? `e-${id}` : id;
    const { clientId, type } = eventFields();
    const envelope = { id: eventId, clientId: String(clientId), type: String(type) };
    const message = { messageId: messageId ?? id, body: "{}", groupId: "g", sequence: "1", sentAt: at, attributes: {} };
    const rejection = { reason: "type-forbidden" as const, detail: "it was forbidden", isDoubtful };
    const fact = rejectedFact(rejection, envelope, message, { now: at, retentionDays: 30 });
    const about = { eventId, clientId: fact.clientId, messageId: fact.messageId, at, expiresAt: fact.expiresAt };
    await journal.write([fact]);
    if (settled === "redriven") await journal.write([{ fact: "redriven", ...about, sentAs: "m" }]);
    if (settled === "purged") await journal.write([{ fact: "purged", ...about }]);
  }

  async function sendDeadLetter(messageId: string): Promise<void> {
    await deadLetters.send([
      { body: "{}", groupId: messageId, deduplicationId: messageId, attributes: { "evp-message-id": messageId } },
    ]);
    deadLetters.calls.length = 0;
  }

  return { clock, stack, journal, store, deadLetters, missing, connection, verify, reject, sendDeadLetter };
}
