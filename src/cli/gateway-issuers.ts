import { EvpError } from "../core/errors.js";
import { EMBEDDED_ISSUER } from "../core/producer-secret.js";
import type { Settings } from "../core/settings.js";
import type { IssuerSettings } from "../core/token-claims.js";

/**
 * Whose tokens a gateway believes: those of the config, and on the embedded stack its own where none is named.
 * @param localEndpoint - URL of the embedded stack, where the stack lives there
 * @throws EvpError (usage) when nobody's would be, or the embedded issuer's without it
 */
export function issuersOf({ gateway, names }: Settings, localEndpoint: string | undefined): IssuerSettings[] {
  const named = gateway.issuers.length === 0 ? [{ issuer: EMBEDDED_ISSUER }] : gateway.issuers;
  return named.map((issuer) => {
    if (issuer.issuer !== EMBEDDED_ISSUER) return issuer;
    if (localEndpoint === undefined) throw noIssuer();
    const jwksUri = `${localEndpoint}/.well-known/jwks.json`;
    // It signs for every evp stack that lives there, and says for which.
    return { ...issuer, issuer: localEndpoint, jwksUri, audience: names.producersTable };
  });
}

function noIssuer(): EvpError {
  return new EvpError("nothing says whose tokens the gateway is to believe", {
    code: "issuer-missing",
    category: "usage",
    hint: 'Name one in the config, for instance "gateway": {"issuers": [{"issuer": "https://cognito-idp.<region>.amazonaws.com/<pool>"}]}; the embedded issuer is there on --target local alone.',
  });
}
