import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { HttpAddress, HttpReply, HttpRoutes, HttpService } from "../../ports/http-service.js";
import { listenError, urlOf } from "./listen-error.js";

/** So long a client may take to send its request, or to take in a part of the answer; both are short. */
const PATIENCE_MS = 5_000;
/** A scraper and some probes need a handful. */
const MAX_CONNECTIONS = 64;

/**
 * Answers GET and HEAD on a few paths.
 * @throws EvpError (usage) when it cannot listen there
 */
export async function serveHttp(
  address: HttpAddress,
  routes: HttpRoutes,
  { patienceMs = PATIENCE_MS } = {},
): Promise<HttpService> {
  const server = createServer(
    { requestTimeout: patienceMs, headersTimeout: patienceMs, connectionsCheckingInterval: patienceMs / 5 },
    (request, response) => void answer(request, response, routes),
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.keepAliveTimeout = patienceMs;
  server.setTimeout(patienceMs, (socket) => socket.destroy());
  await listen(server, address);
  return {
    url: urlOf(address.host, portOf(server, address)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, { host, port }: HttpAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(listenError(error, urlOf(host, port), "--http")));
    server.listen(port, host, () => resolve());
  });
}

function portOf(server: Server, { port }: HttpAddress): number {
  const bound = server.address();
  return typeof bound === "object" && bound !== null ? bound.port : port;
}

async function answer(request: IncomingMessage, response: ServerResponse, routes: HttpRoutes): Promise<void> {
  const reply = await replyTo(request, routes);
  response.writeHead(reply.status, {
    "content-type": reply.contentType,
    "content-length": Buffer.byteLength(reply.body),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    // What a request brings beside its head is not read.
    ...(reply.status === 405 ? { allow: "GET, HEAD", connection: "close" } : {}),
  });
  response.end(request.method === "HEAD" ? undefined : reply.body);
}

async function replyTo({ method, url = "/" }: IncomingMessage, routes: HttpRoutes): Promise<HttpReply> {
  const [path = "/"] = url.split("?", 1);
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (route === undefined) return plain(404, `There is only ${Object.keys(routes).join(", ")}.`);
  if (method !== "GET" && method !== "HEAD") return plain(405, "Only GET and HEAD are answered.");
  try {
    return await route();
  } catch (error) {
    return plain(500, error instanceof Error ? error.message : String(error));
  }
}

function plain(status: number, text: string): HttpReply {
  return { status, contentType: "text/plain; charset=utf-8", body: `${text}\n` };
}
