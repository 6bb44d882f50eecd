/** What the gateway's bundle holds: Fastify and jose. */
export { createTokenVerifier } from "../oidc/token-verifier.js";
export { serveGateway } from "./serve-gateway.js";
