/** A request as the SDK has signed it. */
export interface SignedRequest {
  method: string;
  protocol: string;
  hostname: string;
  port?: number | undefined;
  path: string;
  query: object;
  headers: Record<string, string>;
  body?: unknown;
}

/** How the calls of one operation are sent: as the SDK has sent one of them. */
export interface Route {
  isSecure: boolean;
  host: string;
  port: number | undefined;
  /** Those that are the same for every call. */
  headers: ReadonlyMap<string, string>;
  /** Names of the headers that are signed, in the order of the signature. */
  signedNames: readonly string[];
  region: string;
  service: string;
  /** What the body begins with: the Query protocol names its operation there. */
  bodyStart: string;
}

/** Headers that each call has its own of. */
export const HEADER = {
  authorization: "authorization",
  bodyHash: "x-amz-content-sha256",
  date: "x-amz-date",
  length: "content-length",
  token: "x-amz-security-token",
} as const;

const OF_ONE_CALL = new Set<string>(Object.values(HEADER));
/** "Authorization header", AWS Signature Version 4 for API requests. */
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=[^,]+\/\d{8}\/([^/,]+)\/([^/,]+)\/aws4_request, SignedHeaders=([^,]+), /;
const QUERY_START = /^Action=\w+&Version=[\d-]+/;

/** @returns undefined for a request that cannot be imitated: one with a path or a query, or with another signature */
export function routeOf({
  method,
  protocol,
  hostname,
  port,
  path,
  query,
  headers,
  body,
}: SignedRequest): Route | undefined {
  const lowerCase = Object.entries(headers).map(([name, value]): [string, string] => [name.toLowerCase(), value]);
  const all = new Map(lowerCase);
  const signature = AUTHORIZATION.exec(all.get(HEADER.authorization) ?? "");
  if (signature === null || method !== "POST" || path !== "/" || Object.keys(query).length > 0) return undefined;
  const [, region = "", service = "", signedNames = ""] = signature;
  return {
    isSecure: protocol === "https:",
    // A literal IPv6 address stands in brackets in a URL, and without them in a request's options.
    host: hostname.replace(/^\[(.*)\]$/, "$1"),
    port,
    headers: new Map(lowerCase.filter(([name]) => !OF_ONE_CALL.has(name))),
    signedNames: signedNames.split(";"),
    region,
    service,
    bodyStart: QUERY_START.exec(typeof body === "string" ? body : "")?.[0] ?? "",
  };
}
