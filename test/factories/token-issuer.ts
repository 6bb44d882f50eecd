import { createServer, type Server } from "node:http";
import { exportJWK, exportSPKI, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";
import { onTestFinished } from "vitest";

/** An issuer of tokens whose keys and health a test decides. */
export interface TokenIssuer {
  url: string;
  jwksUri: string;
  /** Requests for the keys so far. */
  fetches(): number;
  isDown: boolean;
  /** Makes another key, and with `forgets` tells none of those before any more. */
  rotate(options?: { forgets?: boolean }): Promise<void>;
  /** Signed with the newest key. Claims that are undefined are left out. */
  token(claims?: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>;
  /** The newest public key, PEM. */
  publicKey(): Promise<string>;
}

interface Pair {
  kid: string;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
  jwk: JWK;
}

/** Starts one that is gone after the test. `algorithm`: of its keys */
export async function openTokenIssuer(algorithm = "ES256"): Promise<TokenIssuer> {
  let fetches = 0;
  let pairs = [await makePair(algorithm, 1)];
  let made = 1;
  const server = createServer((request, response) => {
    if (issuer.isDown) return void request.socket.destroy();
    if (request.url === "/.well-known/openid-configuration") {
      return void response.end(JSON.stringify({ issuer: issuer.url, jwks_uri: issuer.jwksUri }));
    }
    fetches += 1;
    response.end(JSON.stringify({ keys: pairs.map(({ jwk }) => jwk) }));
  });
  const url = await listen(server);
  const newest = () => pairs[0]!;
  const issuer: TokenIssuer = {
    url,
    jwksUri: `${url}/keys`,
    fetches: () => fetches,
    isDown: false,
    async rotate({ forgets = false } = {}) {
      made += 1;
      pairs = [await makePair(algorithm, made), ...(forgets ? [] : pairs)];
    },
    token(claims = {}, header = {}) {
      const now = Math.floor(Date.now() / 1000);
      const payload: JWTPayload = { iss: url, client_id: "producer-1", iat: now, exp: now + 3600, ...claims };
      const { kid, privateKey } = newest();
      return new SignJWT(payload).setProtectedHeader({ alg: algorithm, kid, ...header }).sign(privateKey);
    },
    publicKey: () => exportSPKI(newest().publicKey),
  };
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return issuer;
}

async function makePair(algorithm: string, number: number): Promise<Pair> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const kid = `key-${number}`;
  return { kid, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: "sig" } };
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`);
    });
  });
}
