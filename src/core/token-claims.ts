/** An issuer of tokens that the gateway believes. */
export interface IssuerSettings {
  /** As tokens name it in `iss`; `embedded` for the embedded stack's own. */
  issuer: string;
  /** Where its keys are; left out: its own configuration tells ("OpenID Connect Discovery 1.0"). */
  jwksUri?: string | undefined;
  /** What `aud` must name; left out: not asked, as for Cognito's access tokens, which have none. */
  audience?: string | undefined;
  /** The claim that names the producer; left out: `client_id`, or `azp` where that is missing. */
  clientIdClaim?: string | undefined;
  /** Scopes that a token must have, all of them. */
  scopes?: string[] | undefined;
  /** Algorithms of signatures; left out: {@link DEFAULT_ALGORITHMS}. */
  algorithms?: string[] | undefined;
}

/** Asymmetric ones ("JSON Web Algorithms", RFC 7518; EdDSA: RFC 8037). One with a shared secret, or `none`, is never believed: the config cannot name it. */
export const DEFAULT_ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "EdDSA"];
/** Seconds by which clocks may differ. */
export const CLOCK_TOLERANCE_SECONDS = 10;
/** Longer ones are not looked at. */
export const MAX_TOKEN_LENGTH = 8192;

/** `at+jwt` is an access token's own ("JWT Profile for OAuth 2.0 Access Tokens", RFC 9068); most issuers say JWT or nothing. */
const ACCESS_TOKEN_TYPES = new Set(["", "jwt", "at+jwt", "application/at+jwt"]);
const PRODUCER_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** Why a token is not believed; the texts are for whoever sent it, and hold nothing of it. */
export type TokenFailure =
  /** No token, or a wrong one: 401. */
  | { kind: "invalid"; detail: string }
  /** A good one that does not do: 403 (RFC 6750, section 3.1). */
  | { kind: "insufficient-scope"; detail: string; scope: string }
  /** Nobody can tell, since the issuer's keys cannot be had: 503. */
  | { kind: "unavailable"; detail: string };

/** Whether a token's header says that it is an access token, or at least nothing else. */
export function isAccessTokenType(typ: unknown): boolean {
  return typ === undefined || (typeof typ === "string" && ACCESS_TOKEN_TYPES.has(typ.toLowerCase()));
}

/** Who a token's claims say that its bearer is. The signature, `iss`, `aud`, `exp` and `nbf` have been checked before. */
export function producerOf(
  claims: Readonly<Record<string, unknown>>,
  { clientIdClaim, scopes = [] }: Pick<IssuerSettings, "clientIdClaim" | "scopes">,
): { ok: true; producerId: string } | { ok: false; failure: TokenFailure } {
  // Cognito signs identity tokens with the same keys ("Understanding the access token", Amazon Cognito).
  if (claims.token_use !== undefined && claims.token_use !== "access") return invalidToken("it is no access token");
  const producerId = clientIdClaim === undefined ? (claims.client_id ?? claims.azp) : claims[clientIdClaim];
  if (typeof producerId !== "string" || !PRODUCER_ID.test(producerId)) return invalidToken("it names no producer");
  const granted = scopesOf(claims);
  if (scopes.every((scope) => granted.has(scope))) return { ok: true, producerId };
  const detail = `the token lacks a scope; needed: ${scopes.join(" ")}`;
  return { ok: false, failure: { kind: "insufficient-scope", detail, scope: scopes.join(" ") } };
}

/** `scope` as RFC 8693 has it, `scp` as some issuers do; a text or a list. */
function scopesOf({ scope, scp }: Readonly<Record<string, unknown>>): Set<string> {
  const told = scope ?? scp;
  if (typeof told === "string") return new Set(told.split(" "));
  return new Set(Array.isArray(told) ? told.filter((name) => typeof name === "string") : []);
}

/** A token that is not believed. `why`: what is wrong with it, as a sentence about `it` */
export function invalidToken(why: string): { ok: false; failure: TokenFailure } {
  return { ok: false, failure: { kind: "invalid", detail: `the token is refused: ${why}` } };
}

/** The token of an Authorization header, with `Bearer` before it or without; undefined: there is none. */
export function tokenOf(authorization: string | undefined): string | undefined {
  const [, token] = /^(?:Bearer +)?([A-Za-z0-9_\-.~+/]+=*) *$/i.exec(authorization ?? "") ?? [];
  return token;
}
