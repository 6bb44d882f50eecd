import type { ClientRecord } from "../../core/client.js";
import { SNS_MAX_BYTES } from "../../core/limits.js";
import { decidePermission } from "../../core/permission.js";
import type { ClientMessage } from "../../core/replay-message.js";
import type { Publisher } from "../../ports/publisher.js";
import type { Queue } from "../../ports/queue.js";
import type { SendResult } from "../ordered-sender.js";
import type { ClientPermit } from "./client-permit.js";

/** A message on its way to a client. */
export interface PermittedMessage extends ClientMessage {
  /** Type of its event. */
  type: string;
  /** Its client may not have the type any more: it was left out, and its group goes on without it. */
  isForbidden: boolean;
  /** Its client's topic, as the read said that allowed it; empty before. */
  topicArn: string;
}

/** Where messages go: a client's topic, or its own queue. */
export type Door = (client: ClientRecord, messages: ClientMessage[]) => Promise<SendResult[]>;

export function topicDoor(publisher: Publisher): Door {
  return ({ topicArn }, messages) => publisher.publish(topicArn, messages);
}

export function queueDoor(queue: (name: string) => Pick<Queue, "send">): Door {
  return ({ queueName }, messages) => queue(queueName).send(messages);
}

/** What is sent of an event of this type, before anybody has asked whether its client may have it. */
export function unasked(message: ClientMessage, type: string): PermittedMessage {
  return { ...message, type, isForbidden: false, topicArn: "" };
}

const NOT_SENT: SendResult = { ok: true, messageId: "", sequence: "" };

/**
 * Sends a batch, each call by a permission that is at most 5 s old when it begins. What its client may not have is not sent: it is
 * marked, and answered as if it had been, since what comes behind it in its group does not depend on it.
 * @param beforeCall is waited for right before each call is prepared
 */
export function permittedSend(
  door: Door,
  permit: ClientPermit,
  beforeCall: () => Promise<void>,
): (messages: PermittedMessage[]) => Promise<SendResult[]> {
  return async (messages) => {
    const results: SendResult[] = [];
    for (const part of publishableParts(messages)) {
      await beforeCall();
      const client = await permit.read();
      for (const message of part) {
        message.isForbidden = !decidePermission(client.clientId, message.type, client).allowed;
        message.topicArn = client.topicArn;
      }
      const permitted = part.filter(({ isForbidden }) => !isForbidden);
      const answers = permitted.length === 0 ? [] : await door(client, permitted);
      const answerOf = new Map(permitted.map((message, index) => [message, answers[index]]));
      results.push(...part.map((message) => answerOf.get(message) ?? (message.isForbidden ? NOT_SENT : NO_ANSWER)));
    }
    return results;
  };
}

const NO_ANSWER: SendResult = {
  ok: false,
  fault: { code: "NoAnswer", message: "the answer does not mention it", isSenderFault: false },
};

/** As many as fit into one PublishBatch. */
function publishableParts(messages: PermittedMessage[]): PermittedMessage[][] {
  const parts: PermittedMessage[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const part = parts.at(-1);
    if (part === undefined || bytes + message.bytes > SNS_MAX_BYTES) {
      parts.push([message]);
      bytes = message.bytes;
    } else {
      part.push(message);
      bytes += message.bytes;
    }
  }
  return parts;
}
