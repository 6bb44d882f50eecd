import { createHash } from "node:crypto";
import { MAX_GROUP_ID_LENGTH, MAX_MESSAGE_ATTRIBUTES } from "../../core/limits.js";
import type { MessageAttribute, MessageAttributes } from "./message.js";

/** Anything but #x9 #xA #xD #x20–#xD7FF #xE000–#xFFFD #x10000–#x10FFFF ("SendMessage"); lone surrogates are among it. */
const FORBIDDEN_CHARACTER = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
/** Alphanumerics and punctuation, no space ("SendMessage", MessageGroupId and MessageDeduplicationId). */
const ID_ALPHABET = /^[A-Za-z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]+$/;
const ATTRIBUTE_NAME = /^[A-Za-z0-9_.-]{1,256}$/;
const RESERVED_ATTRIBUTE_NAME = /^(aws|amazon)\.|^\.|\.$|\.\./i;
const DATA_TYPE = /^(String|Number|Binary)(\.[A-Za-z0-9_.-]+)?$/;
const NUMBER = /^-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const MAX_DATA_TYPE_LENGTH = 256;

export function hasForbiddenCharacter(text: string): boolean {
  return FORBIDDEN_CHARACTER.test(text);
}

/** Whether the text may be a message group id, a deduplication id or a receive attempt id. */
export function isMessageTag(text: string): boolean {
  return text.length <= MAX_GROUP_ID_LENGTH && ID_ALPHABET.test(text);
}

/** Content-based deduplication: SHA-256 of the body, not of the attributes ("SendMessage", "Publish"). */
export function contentDeduplicationId(body: string): string {
  return createHash("sha256").update(body).digest("hex");
}

/** Body plus names, types and values of the attributes: what the size limits count ("Amazon SQS message metadata"). */
export function messageSizeBytes(body: string, attributes: MessageAttributes): number {
  let bytes = Buffer.byteLength(body);
  for (const [name, attribute] of Object.entries(attributes)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(attribute.dataType) + valueSizeBytes(attribute);
  }
  return bytes;
}

function valueSizeBytes({ stringValue, binaryValue }: MessageAttribute): number {
  return binaryValue === undefined ? Buffer.byteLength(stringValue ?? "") : Buffer.byteLength(binaryValue, "base64");
}

/** What is wrong with the attributes of an SQS message ("Amazon SQS message metadata"). */
export function attributesProblem(attributes: MessageAttributes): string | undefined {
  const all = Object.entries(attributes);
  if (all.length > MAX_MESSAGE_ATTRIBUTES) {
    return `Number of message attributes [${all.length}] exceeds the allowed maximum [${MAX_MESSAGE_ATTRIBUTES}].`;
  }
  for (const [name, attribute] of all) {
    const problem = attributeNameProblem(name) ?? attributeValueProblem(name, attribute);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** What is wrong with one attribute, whatever their number: SNS allows more than ten ("Amazon SNS message attributes"). */
export function attributeProblem(name: string, attribute: MessageAttribute): string | undefined {
  return attributeNameProblem(name) ?? attributeValueProblem(name, attribute);
}

function attributeNameProblem(name: string): string | undefined {
  if (ATTRIBUTE_NAME.test(name) && !RESERVED_ATTRIBUTE_NAME.test(name)) return undefined;
  return `The message attribute name '${name}' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) characters, must not start or end with a period, have periods in succession or start with AWS. or Amazon., and is at most 256 characters long.`;
}

function attributeValueProblem(name: string, attribute: MessageAttribute): string | undefined {
  const type = DATA_TYPE.exec(attribute.dataType)?.[1];
  if (type === undefined || attribute.dataType.length > MAX_DATA_TYPE_LENGTH) {
    return `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`;
  }
  const value = type === "Binary" ? attribute.binaryValue : attribute.stringValue;
  if (value === undefined || value === "") {
    return `Message (user) attribute '${name}' must contain a non-empty value of type '${type}'.`;
  }
  if (type === "Number" && !NUMBER.test(value)) {
    return `Could not cast message attribute '${name}' value to number.`;
  }
  if (type !== "Binary" && hasForbiddenCharacter(value)) {
    return `Message attribute '${name}' contains characters outside the allowed set.`;
  }
  return undefined;
}
