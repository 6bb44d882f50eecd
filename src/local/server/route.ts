import { LOCAL_REGION, type WholeRequest, type WholeResponse } from "../http-message.js";
import { TABLE_TARGET_PREFIX } from "../tables/table-target.js";
import { namesAction, unknownAction } from "./error-answers.js";

/** What answers behind the one port. */
export interface StackServices {
  /** SQS, SNS and STS. Nothing: the client has gone, or it is no action of theirs. */
  queues: { handle(request: WholeRequest, signal: AbortSignal): Promise<WholeResponse | undefined> };
  tables: { handle(request: WholeRequest): Promise<WholeResponse> };
  /** Tokens for producers. Nothing: the path is none of its own. */
  tokens?: { handle(request: WholeRequest): Promise<WholeResponse> | undefined };
  /** What `GET /` tells. */
  status: StackStatusDocument;
}

/** By this a command knows that the process behind a port is the stack of its directory. */
export interface StackStatusDocument {
  evp: "embedded stack";
  version: string;
  pid: number;
  stateDir: string;
  region: typeof LOCAL_REGION;
}

/** The document of `GET /`. */
export function statusDocument(version: string, stateDir: string): StackStatusDocument {
  return { evp: "embedded stack", version, pid: process.pid, stateDir, region: LOCAL_REGION };
}

/**
 * Hands a request to the service it is for: DynamoDB by its target, the issuer of tokens by its paths, everything else that names an action to SQS, SNS and STS.
 * What a web page sends is refused.
 * @returns nothing when the client has gone
 */
export async function route(
  services: StackServices,
  request: WholeRequest,
  signal: AbortSignal,
): Promise<WholeResponse | undefined> {
  if (isOfWebPage(request)) {
    return OF_WEB_PAGE;
  }
  const target = request.headers["x-amz-target"] ?? "";
  if (target.startsWith(TABLE_TARGET_PREFIX)) {
    return services.tables.handle(request);
  }
  const token = services.tokens?.handle(request);
  if (token !== undefined) {
    return token;
  }
  if (namesAction(request)) {
    const response = await services.queues.handle(request, signal);
    return response ?? (signal.aborted ? undefined : unknownAction(request));
  }
  return request.method === "GET" && request.url === "/" ? statusAnswer(services.status) : unknownAction(request);
}

const OF_WEB_PAGE: WholeResponse = {
  status: 403,
  headers: { "content-type": "text/plain" },
  body: "The embedded stack does not serve web pages.\n",
};

/** Any page that a browser shows could send requests here, and no key keeps it out; but the browser says where they come from ("Fetch Metadata Request Headers"). */
function isOfWebPage({ headers }: WholeRequest): boolean {
  const site = headers["sec-fetch-site"] ?? "none";
  return headers.origin !== undefined || site !== "none";
}

function statusAnswer(status: StackStatusDocument): WholeResponse {
  return { status: 200, headers: { "content-type": "application/json" }, body: `${JSON.stringify(status)}\n` };
}
