import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import type { Clock } from "../../ports/clock.js";
import { fetchJson } from "./fetch-json.js";

/** So long keys are used without asking whether they still are the issuer's. */
const FRESH_MS = 10 * 60_000;
/** Between two fetches, whatever came of the first: unknown keys must not make the gateway hammer the issuer. */
const COOLDOWN_MS = 30_000;
/** After a fetch that failed, so that an issuer that is back is soon believed again. */
const FAILED_COOLDOWN_MS = 5_000;

/** The issuer's keys cannot be had, so that nobody can tell whether a token is good. */
export class KeysUnavailable extends Error {
  override readonly name = "KeysUnavailable";
}

/** One issuer's keys, as they were last told. */
export interface KeySet {
  /** Finds the key that a token says it is signed with. @throws KeysUnavailable, or jose's JWKSNoMatchingKey */
  find: JWTVerifyGetKey;
  /** Changes when the keys do: what was verified with older ones has to be verified again. */
  generation(): number;
  /** Asks for the keys again where they are old, beside the work. */
  refresh(): void;
}

interface KeySetOptions {
  issuer: string;
  jwksUri: string | undefined;
  clock: Clock;
  /** Told when the keys cannot be had, and why. */
  onFailure: (message: string) => void;
}

/**
 * Keeps an issuer's keys past its outages: what is known goes on working, however old, and is replaced beside the work. An unknown key makes it ask, at
 * most every 30 s, since that is what a rotation looks like; while the issuer does not answer, an unknown key is nobody's fault.
 */
export function createKeySet({ issuer, jwksUri, clock, onFailure }: KeySetOptions): KeySet {
  let keys: JWTVerifyGetKey | undefined;
  let text = "";
  let generation = 0;
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let askedAt = Number.NEGATIVE_INFINITY;
  let hasFailed = false;
  let fetching: Promise<void> | undefined;
  let keysUrl = jwksUri;

  const mayAsk = () => clock.monotonic() - askedAt >= (hasFailed ? FAILED_COOLDOWN_MS : COOLDOWN_MS);

  async function fetchKeys(): Promise<void> {
    askedAt = clock.monotonic();
    try {
      keysUrl ??= await discover(issuer);
      const document = await fetchJson(keysUrl);
      if (!isKeySet(document)) throw new Error(`${keysUrl} holds no set of keys`);
      take(document);
      hasFailed = false;
    } catch (error) {
      hasFailed = true;
      onFailure(`the keys of ${issuer} cannot be had: ${reasonOf(error)}`);
    } finally {
      fetching = undefined;
    }
  }

  function take(document: JSONWebKeySet): void {
    fetchedAt = clock.monotonic();
    const told = JSON.stringify(document);
    if (told === text) return;
    keys = createLocalJWKSet(document);
    text = told;
    generation += 1;
  }

  function ask(): Promise<void> {
    fetching ??= fetchKeys();
    return fetching;
  }

  function refresh(): void {
    if (clock.monotonic() - fetchedAt > FRESH_MS && mayAsk()) void ask();
  }

  return {
    generation: () => generation,
    refresh,
    async find(header, token) {
      if (keys === undefined && (fetching !== undefined || mayAsk())) await ask();
      if (keys === undefined) throw new KeysUnavailable();
      refresh();
      try {
        return await keys(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        if (fetching !== undefined || mayAsk()) await ask();
        if (hasFailed) throw new KeysUnavailable();
        return keys(header, token);
      }
    },
  };
}

/** Where an issuer says that its keys are ("OpenID Connect Discovery 1.0", section 4). */
async function discover(issuer: string): Promise<string> {
  const document = await fetchJson(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  if (typeof document !== "object" || document === null || !("jwks_uri" in document)) {
    throw new Error("its configuration does not say where they are");
  }
  const { jwks_uri: url } = document;
  const named = "issuer" in document ? document.issuer : undefined;
  if (named !== issuer) throw new Error(`its configuration is that of another issuer`);
  if (typeof url !== "string" || !/^https?:\/\//.test(url)) throw new Error("its configuration names no URL of them");
  // A key that comes in the clear is anybody's.
  if (issuer.startsWith("https:") && !url.startsWith("https:")) throw new Error("they are not served by HTTPS");
  return url;
}

function isKeySet(document: unknown): document is JSONWebKeySet {
  return typeof document === "object" && document !== null && "keys" in document && Array.isArray(document.keys);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
