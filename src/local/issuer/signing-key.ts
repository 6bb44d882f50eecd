import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { calculateJwkThumbprint, exportJWK, type JWK } from "jose";

export const ALGORITHM = "ES256";

/** What the embedded stack's issuer signs with. */
export interface SigningKey {
  privateKey: KeyObject;
  /** The public half, with its id (RFC 7638) and what it is for. */
  jwk: JWK & { kid: string };
}

/** The key in `file`; where there is none, or none that can be read, a new one, which only this user may read. */
export async function openSigningKey(file: string): Promise<SigningKey> {
  const privateKey = readKey(file) ?? makeKey(file);
  const jwk = await exportJWK(createPublicKey(privateKey));
  return { privateKey, jwk: { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: ALGORITHM, use: "sig" } };
}

function readKey(file: string): KeyObject | undefined {
  try {
    return createPrivateKey(readFileSync(file));
  } catch {
    return undefined;
  }
}

/** Written whole or not at all: a half key would be another one after the next start. */
function makeKey(file: string): KeyObject {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  renameSync(temporary, file);
  return privateKey;
}
