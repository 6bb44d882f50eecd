import { EvpError } from "../../core/errors.js";
import type { CommandSpec } from "../command-spec.js";

export interface WhyFlags {
  client?: string;
  body?: boolean;
}

/** Event ids, and message ids, are 1–128 printable characters of ASCII without a space. */
const ID = /^[\x21-\x7e]{1,128}$/;

export const whyCommand: CommandSpec<WhyFlags> = {
  name: "why",
  summary: "tell an event's whole life, or where it may be",
  description:
    "Tells all that happened to an event, from the journal: sent, received, validated, permitted, stored, published or rejected, redriven, replayed, with the time between. Every client that has an event of this id is shown. An id that the journal does not know may be that of a message; where nothing is known at all, it tells where the event may be (exit code 4).",
  arguments: [{ name: "<event-id>", description: "an event's id, or the message id of a dead letter" }],
  options: [
    { flags: "--client <id>", description: "only this client's event" },
    { flags: "--body", description: "show what it says, too" },
  ],
  examples: [
    { run: "evp why 0192f0c1-7c1e-7b1a-9d5e-2f6a6d0c9b11", does: "everything that happened to it" },
    { run: "evp why order-4711 --client client-1 --body", does: "one client's, with its body" },
    { run: "evp why order-4711 --json", does: "for another program" },
  ],
  async run(invocation) {
    const { args, context, flags, output } = invocation;
    const id = readId(args[0] ?? "");
    const { withStack } = await import("../stack-session.js");
    const { explainEvent } = await import("../../app/why/explain-event.js");
    const { createEnvelopeExaminer } = await import("../event-check.js");
    const { renderWhy } = await import("../../ui/plain/why.js");
    await withStack(invocation, { changes: false }, async ({ connection, settings }) => {
      const { journal, ingress, deadLetters, clients } = connection;
      const createExaminer = async () => {
        const { createStackExaminer } = await import("../stack-examiner.js");
        return createStackExaminer(settings, context.cwd);
      };
      const examineEnvelope = createEnvelopeExaminer(settings);
      const ports = { journal, ingress, deadLetters, clients, createExaminer, examineEnvelope, clock: context.clock };
      const { stack, target, names } = settings;
      const { topicOf } = names;
      const { retentionDays, rejectionIndex: isRejectionIndexed } = settings.journal;
      const question = { id, clientId: flags.client, isRejectionIndexed, withBody: flags.body === true };
      const document = await explainEvent(ports, { ...question, stack, target: target.name, topicOf, retentionDays });
      await output.result(document, renderWhy);
      if (document.outcome === "unknown") throw unknown(id, flags.client);
    });
  },
};

function readId(text: string): string {
  if (ID.test(text)) return text;
  throw new EvpError(`${JSON.stringify(text)} is no event id`, {
    code: "event-id-invalid",
    category: "usage",
    hint: "An id is 1–128 printable characters of ASCII, without a space.",
  });
}

function unknown(id: string, clientId: string | undefined): EvpError {
  const whose = clientId === undefined ? "" : ` of ${clientId}`;
  return new EvpError(`the journal knows no event ${id}${whose}`, {
    code: "event-unknown",
    category: "not-found",
    hint: "Look where it may be, in the order that is told.",
  });
}
