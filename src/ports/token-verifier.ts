import type { TokenFailure } from "../core/token-claims.js";

export type Verified = { ok: true; producerId: string } | { ok: false; failure: TokenFailure };

/** Tells whose a token is. */
export interface TokenVerifier {
  /** What was found out before and still holds, without any work; undefined: `verify` has to look. */
  known(token: string): Verified | undefined;
  /** Never rejects: what is wrong is in the answer. */
  verify(token: string): Promise<Verified>;
}
