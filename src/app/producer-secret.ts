import { type ScryptOptions, scrypt } from "node:crypto";
import { SALT_BYTES, SCRYPT, SECRET_BYTES } from "../core/producer-secret.js";

export interface NewSecret {
  /** To be shown once: nobody can read it from what is kept. */
  secret: string;
  /** Hexadecimal, as they are kept. */
  salt: string;
  hash: string;
}

const { keyBytes, ...OPTIONS } = SCRYPT;

/** Makes a secret. `randomBytes`: of a generator that nobody can foresee */
export async function makeSecret(randomBytes: (count: number) => Buffer): Promise<NewSecret> {
  const secret = randomBytes(SECRET_BYTES).toString("base64url");
  const salt = randomBytes(SALT_BYTES);
  const options: ScryptOptions = OPTIONS;
  const hash = await new Promise<Buffer>((resolve, reject) => {
    scrypt(secret, salt, keyBytes, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
  return { secret, salt: salt.toString("hex"), hash: hash.toString("hex") };
}
