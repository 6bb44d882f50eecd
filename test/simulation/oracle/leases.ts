import type { SimulatedStack } from "../aws/simulated-stack.js";
import { INGRESS } from "../aws/simulated-stack.js";
import type { Call } from "../call.js";
import { CALL_TIMEOUT_MS } from "../times.js";
import type { Ledger, Story } from "./ledger.js";

/**
 * A call for a message begins only while the message will be this processor's for as long as the call may take. What is on a
 * topic may be recorded by whoever put it there.
 */
export function checkLeases(ledger: Ledger, stack: SimulatedStack, call: Call): void {
  const stories = storiesOf(ledger, call);
  if (stories.length === 0) return;
  const { messages } = stack.model.queues.at(INGRESS, call.begunAt);
  for (const story of stories) {
    const receipt = story.receipts.get(call.run.name);
    const { messageId, ordinal } = story.sent;
    if (receipt === undefined) {
      ledger.accuse(`P6: ${call.step} for message ${ordinal}, which ${call.run.name} never received`);
      continue;
    }
    const message = messages.values().find((each) => each.messageId === messageId);
    if (message === undefined) continue;
    const isOurs = message.state === "in-flight" && message.receiveCount === receipt.receiveCount;
    if (!isOurs || message.wakeAt - call.begunAt < CALL_TIMEOUT_MS)
      ledger.accuse(`P6: ${call.step} begun for message ${ordinal}, whose lease may end meanwhile`);
  }
}

function storiesOf(ledger: Ledger, { command }: Call): Story[] {
  switch (command.name) {
    case "PublishBatch":
      return (command.input.PublishBatchRequestEntries ?? []).flatMap(
        ({ Message = "" }) => ledger.byBody(Message) ?? [],
      );
    case "SendMessageBatch":
      return (command.input.Entries ?? []).flatMap(
        ({ MessageGroupId = "" }) => ledger.stories.get(MessageGroupId) ?? [],
      );
    case "BatchWriteItem": {
      const requests = Object.values(command.input.RequestItems ?? {}).flat();
      return requests.flatMap((request) => {
        const [, , messageId = ""] = (request.PutRequest?.Item?.fact?.S ?? "").split("#");
        return ledger.stories.get(messageId) ?? [];
      });
    }
    default:
      return [];
  }
}
