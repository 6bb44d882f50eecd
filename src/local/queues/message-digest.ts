import { createHash, type Hash } from "node:crypto";
import type { MessageAttributes } from "../model/message.js";

const STRING_VALUE = Buffer.of(1);
const BINARY_VALUE = Buffer.of(2);

/** Hex MD5 of the body's UTF-8 bytes ("SendMessage", MD5OfMessageBody). */
export function bodyDigest(body: string): string {
  return createHash("md5").update(body).digest("hex");
}

/** Hex MD5 of the attributes in the order of their names ("Calculating the MD5 message digest for message attributes"); `undefined` when there are none. */
export function attributesDigest(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash("md5");
  for (const name of names) {
    const attribute = attributes[name];
    if (attribute === undefined) continue;
    addField(hash, Buffer.from(name));
    addField(hash, Buffer.from(attribute.dataType));
    const isBinary = attribute.binaryValue !== undefined;
    hash.update(isBinary ? BINARY_VALUE : STRING_VALUE);
    addField(
      hash,
      isBinary ? Buffer.from(attribute.binaryValue ?? "", "base64") : Buffer.from(attribute.stringValue ?? ""),
    );
  }
  return hash.digest("hex");
}

function addField(hash: Hash, bytes: Buffer): void {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  hash.update(length).update(bytes);
}
