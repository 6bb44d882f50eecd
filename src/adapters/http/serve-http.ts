import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { EvpError } from "../../core/errors.js";
import type { HttpAddress, HttpReply, HttpRoutes, HttpService } from "../../ports/http-service.js";

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
    server.once("error", (error: NodeJS.ErrnoException) => reject(listenError(error, urlOf(host, port))));
    server.listen(port, host, () => resolve());
  });
}

function listenError(error: NodeJS.ErrnoException, url: string): EvpError {
  const told = LISTEN_ERRORS[error.code ?? ""] ?? {
    why: error.message,
    hint: "Give a port, or a host of this machine and a port.",
  };
  return new EvpError(`cannot listen on ${url}: ${told.why}`, {
    code: error.code === "EADDRINUSE" ? "port-taken" : "cannot-listen",
    category: "usage",
    hint: told.hint,
    cause: error,
  });
}

const LISTEN_ERRORS: Record<string, { why: string; hint: string }> = {
  EADDRINUSE: {
    why: "another program listens there",
    hint: "Give another port with --http, or 0 for any that is free.",
  },
  EACCES: { why: "this user may not", hint: "Give a port above 1023 with --http." },
  EADDRNOTAVAIL: {
    why: "this machine has no such address",
    hint: "Give an address of this machine, or 0.0.0.0 for all.",
  },
  ENOTFOUND: { why: "no such host is known", hint: "Give an address of this machine, or 0.0.0.0 for all." },
};

function portOf(server: Server, { port }: HttpAddress): number {
  const bound = server.address();
  return typeof bound === "object" && bound !== null ? bound.port : port;
}

function urlOf(host: string, port: number): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
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
