import type { Command } from "./aws/commands.js";
import { queueOf } from "./aws/queue-actions.js";
import { BLOCKED_GROUPS, CLIENTS_TABLE, DEAD_LETTERS, INGRESS, readKey } from "./aws/simulated-stack.js";
import type { Step } from "./call.js";
import type { Run } from "./run.js";

/** What a command is for, and of what it is about: a topic's ARN, or nothing. Throws where a processor has no business with it. */
export function describeCommand(command: Command, run: Run): { step: Step | "look"; about: string } {
  switch (command.name) {
    case "GetQueueUrl":
    case "GetQueueAttributes":
      return { step: "look", about: "" };
    case "ReceiveMessage":
      return { step: "receive", about: "" };
    case "DeleteMessageBatch":
      return { step: "delete", about: "" };
    case "ChangeMessageVisibilityBatch": {
      const isRenewal = command.input.Entries?.[0]?.VisibilityTimeout === run.visibilitySeconds;
      return { step: isRenewal ? "renew" : "release", about: "" };
    }
    case "SendMessageBatch": {
      const name = queueOf(command.input.QueueUrl);
      if (name !== DEAD_LETTERS)
        throw new Error(`a processor sends to ${name}, not to ${DEAD_LETTERS}, which is not ${INGRESS}`);
      return { step: "dead letter", about: "" };
    }
    case "PublishBatch":
      return { step: "publish", about: command.input.TopicArn ?? "" };
    case "BatchExecuteStatement":
      return { step: "insert", about: "" };
    case "BatchWriteItem":
      return { step: recordSteps(command)[0] ?? "record published", about: "" };
    case "UpdateItem":
      return { step: "note blocked", about: "" };
    case "PutItem": {
      const isNote = command.input.Item?.eventId?.S === BLOCKED_GROUPS;
      return { step: isNote ? "note blocked" : "claim", about: "" };
    }
    case "Query":
      return { step: "read journal", about: "" };
    case "BatchGetItem": {
      const [table] = Object.keys(command.input.RequestItems ?? {});
      if (table !== CLIENTS_TABLE) throw new Error(`a processor gets items of ${table}`);
      return { step: "read client", about: "" };
    }
  }
}

/** The step of each entry of a batch; of one that stands for a whole call, where it has no entries. */
export function entrySteps(command: Command, run: Run): (Step | "look")[] {
  if (command.name === "BatchWriteItem") return recordSteps(command);
  const { step } = describeCommand(command, run);
  return Array.from({ length: entryCount(command) }, () => step);
}

function recordSteps(command: Extract<Command, { name: "BatchWriteItem" }>): Step[] {
  const requests = Object.values(command.input.RequestItems ?? {}).flat();
  return requests.map((request) => {
    const { fact } = readKey(request.PutRequest?.Item ?? {});
    if (fact === "rejected") return "record rejected";
    return fact === "duplicate" ? "record duplicate" : "record published";
  });
}

/** How many entries a command has that can fail one by one. */
function entryCount(command: Command): number {
  switch (command.name) {
    case "DeleteMessageBatch":
    case "ChangeMessageVisibilityBatch":
    case "SendMessageBatch":
      return command.input.Entries?.length ?? 0;
    case "PublishBatch":
      return command.input.PublishBatchRequestEntries?.length ?? 0;
    case "BatchExecuteStatement":
      return command.input.Statements?.length ?? 0;
    case "BatchGetItem":
      return Object.values(command.input.RequestItems ?? {}).reduce((sum, { Keys = [] }) => sum + Keys.length, 0);
    default:
      return 0;
  }
}
