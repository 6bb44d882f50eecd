import { type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import type { ProducerSecret } from "../../core/producer.js";
import { SALT_BYTES, SCRYPT } from "../../core/producer-secret.js";

/** Where a producer is not known, a secret is hashed all the same, so that the answer takes as long. */
const NOBODYS: ProducerSecret = {
  salt: "00".repeat(SALT_BYTES),
  hash: "00".repeat(SCRYPT.keyBytes),
  createdAt: 0,
};

/** Whether a secret is one of these; takes the same time whichever it is. */
export async function matchesSecret(secret: string, kept: readonly ProducerSecret[]): Promise<boolean> {
  let matches = false;
  for (const { salt, hash } of kept.length === 0 ? [NOBODYS] : kept) {
    const wanted = Buffer.from(hash, "hex");
    const given = await derive(secret, Buffer.from(salt, "hex"));
    if (kept.length > 0 && wanted.length === given.length && timingSafeEqual(wanted, given)) matches = true;
  }
  return matches;
}

const { keyBytes, ...OPTIONS } = SCRYPT;

function derive(secret: string, salt: Buffer): Promise<Buffer> {
  const options: ScryptOptions = OPTIONS;
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, keyBytes, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}
