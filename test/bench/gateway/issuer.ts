import { createServer } from "node:http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

/** An issuer of tokens in this process. */
export interface BenchIssuer {
  url: string;
  jwksUri: string;
  tokenFor(producerId: string): Promise<string>;
  close(): void;
}

export async function openIssuer(): Promise<BenchIssuer> {
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "bench", alg: "RS256", use: "sig" };
  const server = createServer((_, response) => void response.end(JSON.stringify({ keys: [jwk] })));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  return {
    url,
    jwksUri: `${url}/jwks.json`,
    tokenFor: (producerId) =>
      new SignJWT({ client_id: producerId, scope: "evp/send" })
        .setProtectedHeader({ alg: "RS256", kid: "bench" })
        .setIssuer(url)
        .setIssuedAt()
        .setExpirationTime("1h")
        .sign(privateKey),
    close: () => void server.close(),
  };
}
