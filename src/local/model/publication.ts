import type { MessageAttributes } from "./message.js";
import { attributeProblem, hasForbiddenCharacter, isMessageTag, messageSizeBytes } from "./message-content.js";
import { invalidParameter } from "./model-error.js";
import type { Topic } from "./topic.js";

/** A message as its publisher gives it ("Publish"). */
export interface OutgoingPublication {
  message: string;
  subject?: string | undefined;
  attributes?: MessageAttributes | undefined;
  groupId?: string | undefined;
  deduplicationId?: string | undefined;
}

export interface PublishAnswer {
  messageId: string;
  /** On a FIFO topic. */
  sequenceNumber: string | undefined;
}

/** A message that a topic has taken. */
export interface Publication {
  messageId: string;
  sequenceNumber: string | undefined;
  topicArn: string;
  publishedAt: number;
  body: string;
  subject: string | undefined;
  attributes: MessageAttributes;
  groupId: string | undefined;
  deduplicationId: string | undefined;
}

const MAX_SUBJECT_LENGTH = 100;

export function publicationSizeBytes({ message, attributes }: OutgoingPublication): number {
  return messageSizeBytes(message, attributes ?? {});
}

/** What a batch is refused for as a whole: on a FIFO topic, every message needs a group and a deduplication id ("Publish"). */
export function checkPublicationIdentity(topic: Topic, { groupId, deduplicationId }: OutgoingPublication): void {
  if (!topic.isFifo) return;
  if (groupId === undefined) throw invalidParameter("The MessageGroupId parameter is required for FIFO topics");
  if (deduplicationId === undefined && topic.config.settings.ContentBasedDeduplication !== "true") {
    throw invalidParameter(
      "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  }
}

/** Everything that SNS refuses one message for ("Publish"). @throws ModelError */
export function checkPublication(topic: Topic, publication: OutgoingPublication): void {
  checkPublicationIdentity(topic, publication);
  const { message, subject, attributes = {}, groupId, deduplicationId } = publication;
  if (!topic.isFifo && deduplicationId !== undefined) {
    throw invalidParameter(
      "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type",
    );
  }
  for (const [name, value] of Object.entries({ MessageGroupId: groupId, MessageDeduplicationId: deduplicationId })) {
    if (value !== undefined && !isMessageTag(value)) {
      throw invalidParameter(
        `${name} Reason: ${name} can only include alphanumeric and punctuation characters. 1 to 128 in length`,
      );
    }
  }
  if (message === "") throw invalidParameter("Empty message");
  if (hasForbiddenCharacter(message)) throw invalidParameter("Message Reason: Invalid characters found");
  if (subject !== undefined && !isSubject(subject)) throw invalidParameter("Subject");
  for (const [name, attribute] of Object.entries(attributes)) {
    const problem = attributeProblem(name, attribute);
    if (problem !== undefined) throw invalidParameter(`Message attributes Reason: ${problem}`);
  }
  if (publicationSizeBytes(publication) > Number(topic.config.settings.MaximumMessageSize)) {
    throw invalidParameter("Message too long");
  }
}

/** Less than 100 characters, no line breaks or control characters ("Publish", Subject). */
function isSubject(subject: string): boolean {
  return subject !== "" && subject.length < MAX_SUBJECT_LENGTH && !/\p{Cc}/u.test(subject);
}

/** The JSON document that a subscriber gets without raw delivery ("Amazon SNS message and JSON formats"); it is not signed. */
export function notificationJson(publication: Publication): string {
  const { messageId, sequenceNumber, topicArn, subject, body, publishedAt, attributes } = publication;
  const shown = Object.entries(attributes).map(([name, { dataType, stringValue, binaryValue }]) => [
    name,
    { Type: dataType, Value: binaryValue ?? stringValue },
  ]);
  const document = {
    Type: "Notification",
    MessageId: messageId,
    SequenceNumber: sequenceNumber,
    TopicArn: topicArn,
    Subject: subject,
    Message: body,
    Timestamp: new Date(publishedAt).toISOString(),
    MessageAttributes: shown.length === 0 ? undefined : Object.fromEntries(shown),
  };
  return JSON.stringify(document, null, 2);
}
