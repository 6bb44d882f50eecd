import type { WholeRequest } from "../http-message.js";

/** What a client asks of the token endpoint. */
export interface TokenRequest {
  clientId: string;
  clientSecret: string;
  /** Names of scopes, each once. */
  scopes: string[];
}

/** An error of the token endpoint ("The OAuth 2.0 Authorization Framework", RFC 6749, section 5.2). */
export interface TokenError {
  status: 400 | 401 | 405 | 429;
  error: "invalid_request" | "invalid_client" | "unsupported_grant_type" | "invalid_scope" | "slow_down";
  description: string;
  headers?: Record<string, string>;
}

const FORM = "application/x-www-form-urlencoded";
const MAX_FORM_BYTES = 8 * 1024;
/** Section 3.3 of RFC 6749. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/;
const MAX_SCOPES = 20;
const PRODUCER_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** Reads a request for a token by client credentials, in the form or by HTTP Basic (RFC 6749, sections 2.3.1 and 4.4.2). */
export function readTokenRequest(request: WholeRequest): TokenRequest | TokenError {
  if (request.method !== "POST") {
    return { ...invalidRequest("only POST is answered"), status: 405, headers: { allow: "POST" } };
  }
  if ((request.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() !== FORM) {
    return invalidRequest(`the body must be ${FORM}`);
  }
  if (request.body.length > MAX_FORM_BYTES) return invalidRequest(`the form may have ${MAX_FORM_BYTES} bytes`);
  const form = new URLSearchParams(request.body.toString("utf8"));
  const repeated = [...form.keys()].find((name) => form.getAll(name).length > 1);
  if (repeated !== undefined) return invalidRequest("a parameter stands there twice");
  if (form.get("grant_type") !== "client_credentials") {
    const description = "grant_type must be client_credentials";
    return { status: 400, error: "unsupported_grant_type", description };
  }
  const credentials = readCredentials(request.headers.authorization, form);
  if ("error" in credentials) return credentials;
  const scopes = [...new Set((form.get("scope") ?? "").split(" ").filter((scope) => scope !== ""))];
  if (scopes.length > MAX_SCOPES || !scopes.every((scope) => SCOPE.test(scope))) {
    return { status: 400, error: "invalid_scope", description: "scope must be names with a space between them" };
  }
  return { ...credentials, scopes };
}

function readCredentials(
  authorization: string | undefined,
  form: URLSearchParams,
): Omit<TokenRequest, "scopes"> | TokenError {
  const [, encoded] = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(authorization ?? "") ?? [];
  if (encoded !== undefined && form.has("client_secret")) return invalidRequest("the secret stands there twice");
  const [clientId, clientSecret] =
    encoded === undefined ? [form.get("client_id"), form.get("client_secret")] : fromBasic(encoded);
  if (!clientId || !clientSecret || !PRODUCER_ID.test(clientId)) return invalidClient();
  return { clientId, clientSecret };
}

/** Both halves are form-encoded before they are put together. */
function fromBasic(encoded: string): [string | null, string | null] {
  const [, id = "", secret = ""] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, "base64").toString("utf8")) ?? [];
  const pair = new URLSearchParams(`id=${id}&secret=${secret}`);
  return [pair.get("id"), pair.get("secret")];
}

function invalidRequest(description: string): TokenError {
  return { status: 400, error: "invalid_request", description };
}

/** One text for all that can be wrong, so that nobody learns which producers there are. */
export function invalidClient(): TokenError {
  return {
    status: 401,
    error: "invalid_client",
    description: "there is no active producer of that id and secret",
    headers: { "www-authenticate": 'Basic realm="evp"' },
  };
}
