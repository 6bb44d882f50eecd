import { hash } from "node:crypto";
import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from "jose";
import {
  CLOCK_TOLERANCE_SECONDS,
  DEFAULT_ALGORITHMS,
  type IssuerSettings,
  invalidToken,
  isAccessTokenType,
  MAX_TOKEN_LENGTH,
  producerOf,
} from "../../core/token-claims.js";
import type { Clock } from "../../ports/clock.js";
import type { TokenVerifier, Verified } from "../../ports/token-verifier.js";
import { createKeySet, type KeySet, KeysUnavailable } from "./key-set.js";

export interface TokenVerifierOptions {
  issuers: IssuerSettings[];
  clock: Clock;
  /** Told when an issuer's keys cannot be had, and why. */
  onFailure: (message: string) => void;
}

interface Issuer {
  settings: IssuerSettings;
  keys: KeySet;
}

/** A token that was found good, by its hash: the token itself is kept nowhere. */
interface Remembered {
  producerId: string;
  /** Seconds since 1970. */
  notAfter: number;
  issuer: Issuer;
  generation: number;
}

const MAX_REMEMBERED = 10_000;

/** Checks tokens against their issuers' keys, which are fetched when one is first needed. */
export function createTokenVerifier({ issuers, clock, onFailure }: TokenVerifierOptions): TokenVerifier {
  const byName = new Map(
    issuers.map((settings): [string, Issuer] => {
      const keys = createKeySet({ issuer: settings.issuer, jwksUri: settings.jwksUri, clock, onFailure });
      return [settings.issuer, { settings, keys }];
    }),
  );
  const remembered = new Map<string, Remembered>();

  function remember(token: string, verified: Remembered): void {
    const [oldest] = remembered.keys();
    if (remembered.size >= MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
    remembered.set(fingerprint(token), verified);
  }

  return {
    known(token) {
      const found = remembered.get(fingerprint(token));
      if (found === undefined) return undefined;
      found.issuer.keys.refresh();
      const isStill = found.generation === found.issuer.keys.generation() && clock.now() / 1000 < found.notAfter;
      if (isStill) return { ok: true, producerId: found.producerId };
      remembered.delete(fingerprint(token));
      return undefined;
    },
    async verify(token) {
      const issuer = issuerOf(token, byName);
      if (typeof issuer === "string") return invalidToken(issuer);
      try {
        const claims = await verifyWith(token, issuer, clock);
        const verified = producerOf(claims, issuer.settings);
        if (verified.ok) {
          const notAfter = (claims.exp ?? 0) + CLOCK_TOLERANCE_SECONDS;
          const generation = issuer.keys.generation();
          remember(token, { producerId: verified.producerId, notAfter, issuer, generation });
        }
        return verified;
      } catch (error) {
        return failureOf(error);
      }
    },
  };
}

function fingerprint(token: string): string {
  return hash("sha256", token, "base64");
}

/** The issuer that a token names, before anything of it is believed; a text: what is wrong with it. */
function issuerOf(token: string, issuers: Map<string, Issuer>): Issuer | string {
  if (token.length > MAX_TOKEN_LENGTH) return "it is too long";
  try {
    const { typ, alg } = decodeProtectedHeader(token);
    if (!isAccessTokenType(typ)) return "it is no access token";
    const issuer = issuers.get(decodeJwt(token).iss ?? "");
    if (issuer === undefined) return "its issuer is not one that is believed here";
    const { algorithms = DEFAULT_ALGORITHMS } = issuer.settings;
    return typeof alg === "string" && algorithms.includes(alg) ? issuer : "its algorithm is not accepted";
  } catch {
    return "it is no JSON Web Token";
  }
}

async function verifyWith(token: string, { settings, keys }: Issuer, clock: Clock): Promise<JWTPayload> {
  const { payload } = await jwtVerify(token, keys.find, {
    issuer: settings.issuer,
    ...(settings.audience === undefined ? {} : { audience: settings.audience }),
    algorithms: settings.algorithms ?? DEFAULT_ALGORITHMS,
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    currentDate: new Date(clock.now()),
    requiredClaims: ["exp"],
  });
  return payload;
}

function failureOf(error: unknown): Verified {
  if (error instanceof KeysUnavailable) {
    const detail = "the issuer of the token does not tell its keys; try again later";
    return { ok: false, failure: { kind: "unavailable", detail } };
  }
  if (error instanceof errors.JWTExpired) return invalidToken("it has expired");
  if (error instanceof errors.JWTClaimValidationFailed) return invalidToken(claimText(error.claim));
  if (error instanceof errors.JWKSNoMatchingKey)
    return invalidToken("it is signed with a key that its issuer does not know");
  if (error instanceof errors.JWKSMultipleMatchingKeys)
    return invalidToken("it does not say which key it is signed with");
  // What is no error of jose's is about the key itself: one that is too short, say.
  return invalidToken(error instanceof errors.JOSEError ? "its signature is not right" : "its key cannot be used");
}

function claimText(claim: string): string {
  if (claim === "aud") return "it is for another audience";
  if (claim === "nbf") return "it is not good yet";
  return claim === "exp" ? "it has no end" : `its claim ${claim} is not right`;
}
