import { randomUUID } from "node:crypto";
import { SignJWT } from "jose";
import { type Bucket, fullBucket, takeTokens } from "../../core/token-bucket.js";
import type { WholeRequest, WholeResponse } from "../http-message.js";
import { invalidClient, readTokenRequest, type TokenError, type TokenRequest } from "./client-credentials.js";
import { matchesSecret } from "./secret-check.js";
import { ALGORITHM, openSigningKey, type SigningKey } from "./signing-key.js";
import { findProducers } from "./stored-producers.js";

/** The embedded stack's own issuer of tokens. */
export interface TokenService {
  /** Nothing: the request is for somebody else. */
  handle(request: WholeRequest): Promise<WholeResponse> | undefined;
}

interface TokenServiceOptions {
  /** Where the key that it signs with is kept. */
  keyFile: string;
  /** The issuer's own name: the URL that the stack listens on. */
  endpoint: () => string;
  tables: { handle(request: WholeRequest): Promise<WholeResponse> };
}

const TOKEN_PATH = "/oauth2/token";
const KEYS_PATH = "/.well-known/jwks.json";
const CONFIGURATION_PATH = "/.well-known/openid-configuration";
const PATHS = new Set([TOKEN_PATH, KEYS_PATH, CONFIGURATION_PATH]);

const TOKEN_LIVES_SECONDS = 3600;
/** Wrong secrets of one producer id: each costs a hash. */
const WRONG_SECRETS = { rate: 0.2, burst: 10 };
const MAX_WATCHED = 10_000;
/** Hashes that are made at once; what comes beyond waits for its turn by trying again. */
const MAX_HASHING = 8;

/**
 * Gives tokens to the producers of the stacks here, for client credentials (RFC 6749, section 4.4), and tells the key that they
 * are signed with (RFC 7517; "OpenID Connect Discovery 1.0"). Scopes are granted as they are asked for: this issuer is for local work.
 */
export function openTokenService({ keyFile, endpoint, tables }: TokenServiceOptions): TokenService {
  let opening: Promise<SigningKey> | undefined;
  const key = () => {
    opening ??= openSigningKey(keyFile);
    return opening;
  };
  const wrong = createWrongSecrets();
  let hashing = 0;

  async function issue(request: WholeRequest): Promise<WholeResponse> {
    const asked = readTokenRequest(request);
    if ("error" in asked) return refuse(asked);
    const barred =
      wrong.barred(asked.clientId) ?? (hashing >= MAX_HASHING ? slowDown("too many at once", 1) : undefined);
    if (barred !== undefined) return refuse(barred);
    hashing += 1;
    try {
      const table = await tableOf(asked);
      if (table === undefined) {
        wrong.count(asked.clientId);
        return refuse(invalidClient());
      }
      return json(200, await tokenFor(asked, table));
    } finally {
      hashing -= 1;
    }
  }

  /** The table of the producer whose secret it is. */
  async function tableOf({ clientId, clientSecret }: TokenRequest): Promise<string | undefined> {
    const producers = await findProducers(tables, clientId, Date.now());
    if (producers.length === 0) await matchesSecret(clientSecret, []);
    for (const { table, secrets } of producers) {
      if (await matchesSecret(clientSecret, secrets)) return table;
    }
    return undefined;
  }

  async function tokenFor({ clientId, scopes }: TokenRequest, audience: string): Promise<object> {
    const { privateKey, jwk } = await key();
    const scope = scopes.join(" ");
    const token = await new SignJWT({ client_id: clientId, token_use: "access", ...(scope === "" ? {} : { scope }) })
      .setProtectedHeader({ alg: ALGORITHM, kid: jwk.kid, typ: "at+jwt" })
      .setIssuer(endpoint())
      .setSubject(clientId)
      .setAudience(audience)
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime(`${TOKEN_LIVES_SECONDS}s`)
      .sign(privateKey);
    const granted = scope === "" ? {} : { scope };
    return { access_token: token, token_type: "Bearer", expires_in: TOKEN_LIVES_SECONDS, ...granted };
  }

  async function tell({ method }: WholeRequest, path: string): Promise<WholeResponse> {
    if (method !== "GET") return json(405, { error: "only GET is answered" }, { allow: "GET" });
    return json(200, path === KEYS_PATH ? { keys: [(await key()).jwk] } : configurationOf(endpoint()));
  }

  return {
    handle(request) {
      const [path = "/"] = request.url === "/" ? [] : request.url.split("?", 1);
      if (!PATHS.has(path)) return undefined;
      return path === TOKEN_PATH ? issue(request) : tell(request, path);
    },
  };
}

/** Bars a producer id for which too many wrong secrets came. */
function createWrongSecrets() {
  const buckets = new Map<string, Bucket>();
  const now = () => performance.now();
  return {
    barred(clientId: string): TokenError | undefined {
      const bucket = buckets.get(clientId);
      if (bucket === undefined) return undefined;
      const taken = takeTokens(bucket, WRONG_SECRETS, 0, now());
      return taken.ok ? undefined : slowDown("too many wrong secrets", Math.ceil(taken.retryAfterMs / 1000));
    },
    count(clientId: string): void {
      const bucket = buckets.get(clientId) ?? fullBucket(WRONG_SECRETS, now());
      buckets.set(clientId, takeTokens(bucket, WRONG_SECRETS, 1, now()).bucket);
      const [oldest] = buckets.keys();
      if (buckets.size > MAX_WATCHED && oldest !== undefined) buckets.delete(oldest);
    },
  };
}

function slowDown(description: string, seconds: number): TokenError {
  return { status: 429, error: "slow_down", description, headers: { "retry-after": String(seconds) } };
}

function configurationOf(issuer: string): object {
  return {
    issuer,
    token_endpoint: `${issuer}${TOKEN_PATH}`,
    jwks_uri: `${issuer}${KEYS_PATH}`,
    grant_types_supported: ["client_credentials"],
    response_types_supported: ["token"],
    subject_types_supported: ["public"],
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    id_token_signing_alg_values_supported: [ALGORITHM],
  };
}

function refuse({ status, error, description, headers }: TokenError): WholeResponse {
  return json(status, { error, error_description: description }, headers);
}

/** No answer is kept anywhere (RFC 6749, section 5.1). */
function json(status: number, document: object, headers: Record<string, string> = {}): WholeResponse {
  const fixed = {
    "content-type": "application/json",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  };
  return { status, headers: { ...fixed, ...headers }, body: `${JSON.stringify(document)}\n` };
}
