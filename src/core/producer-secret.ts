import type { ProducerRecord, ProducerSecret } from "./producer.js";

/** Partition key of the producers table; by it the embedded stack's issuer knows such a table. */
export const PRODUCER_KEY = "producerId";
/** Attribute of the producers table that holds the secrets. */
export const SECRETS_ATTRIBUTE = "secrets";
/** What the embedded stack's own issuer calls itself in the config. */
export const EMBEDDED_ISSUER = "embedded";

/** Bytes of a new secret: 256 bits of chance, so that nobody guesses one. */
export const SECRET_BYTES = 32;
export const SALT_BYTES = 16;
/** scrypt's parameters and the length of what it gives ("The scrypt Password-Based Key Derivation Function", RFC 7914). */
export const SCRYPT = { N: 16_384, r: 8, p: 1, keyBytes: 32 } as const;
/** A secret that was replaced goes on for so long, unless another time is asked for. */
export const GRACE_MS = 24 * 60 * 60 * 1000;

/** As they are kept beside a producer: JSON. */
export function writeSecrets(secrets: readonly ProducerSecret[]): string {
  return JSON.stringify(secrets.map(({ salt, hash, createdAt, expiresAt }) => ({ salt, hash, createdAt, expiresAt })));
}

/** What is no such text holds no secrets. */
export function readSecrets(text: string): ProducerSecret[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter(isSecret) : [];
  } catch {
    return [];
  }
}

function isSecret(value: unknown): value is ProducerSecret {
  if (typeof value !== "object" || value === null) return false;
  const { salt, hash, createdAt, expiresAt }: Partial<Record<keyof ProducerSecret, unknown>> = value;
  const isEndKnown = expiresAt === undefined || typeof expiresAt === "number";
  return typeof salt === "string" && typeof hash === "string" && typeof createdAt === "number" && isEndKnown;
}

/** The secrets by which a producer may get a token. `now`: ms since 1970 */
export function liveSecrets({ secrets }: Pick<ProducerRecord, "secrets">, now: number): ProducerSecret[] {
  return secrets.filter(({ expiresAt = Number.POSITIVE_INFINITY }) => expiresAt > now);
}

/** A new secret beside the one before, which ends `graceMs` later; what has ended, or was to end before, is not kept beyond its time. */
export function withNewSecret(
  producer: ProducerRecord,
  { salt, hash }: Pick<ProducerSecret, "salt" | "hash">,
  { now, graceMs }: { now: number; graceMs: number },
): ProducerRecord {
  const endsAt = now + graceMs;
  const old = liveSecrets(producer, now).map((secret) => ({
    ...secret,
    expiresAt: Math.min(secret.expiresAt ?? endsAt, endsAt),
  }));
  return { ...producer, secrets: [{ salt, hash, createdAt: now }, ...(graceMs > 0 ? old : [])] };
}
