import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { WholeRequest, WholeResponse } from "../http-message.js";
import { internalFailure } from "./error-answers.js";
import { MAX_REQUEST_BYTES, readWhole } from "./read-whole.js";
import { route, type StackServices } from "./route.js";

/** The embedded stack listens here and nowhere else. */
export const LOOPBACK = "127.0.0.1";

/** An SDK keeps idle connections without end; closing one first would now and then meet a request on its way. */
const KEEP_ALIVE_MS = 60 * 60 * 1000;
/** For a request to arrive whole. */
const REQUEST_TIMEOUT_MS = 60 * 1000;
/** For answers that are being written when the server closes. */
const CLOSE_TIMEOUT_MS = 2000;

const TOO_LARGE: WholeResponse = {
  status: 413,
  headers: { "content-type": "text/plain", connection: "close" },
  body: `A request may have ${MAX_REQUEST_BYTES} bytes at most.\n`,
};

export interface StackServer {
  readonly port: number;
  /** Ends long polls, lets the other answers finish, and closes. */
  close(): Promise<void>;
}

interface StackServerOptions {
  /** Tried in turn until one is free; 0 is any free port. */
  ports: number[];
  services: StackServices;
  log: (line: string) => void;
}

/** The one HTTP server for SQS, SNS, STS and DynamoDB. Rejects when no port of `ports` can be had. */
export async function openStackServer(options: StackServerOptions): Promise<StackServer> {
  const open = new Set<AbortController>();
  const server = createServer((incoming, outgoing) => {
    const gone = new AbortController();
    open.add(gone);
    outgoing.once("close", () => {
      open.delete(gone);
      if (!outgoing.writableFinished) {
        gone.abort();
      }
    });
    void serve(incoming, gone.signal, options).then((response) => write(outgoing, response, server.listening));
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  const port = await listenOnFirstFree(server, options.ports);
  server.on("error", (error) => options.log(`server: ${error.stack ?? error.message}`));
  return { port, close: () => close(server, open) };
}

/** @returns nothing when the client has gone */
async function serve(
  incoming: IncomingMessage,
  gone: AbortSignal,
  { services, log }: StackServerOptions,
): Promise<WholeResponse | undefined> {
  const request = await readWhole(incoming);
  if (request === "gone") {
    return undefined;
  }
  return request === "too-large" ? TOO_LARGE : respond(request, gone, services, log);
}

async function respond(
  request: WholeRequest,
  gone: AbortSignal,
  services: StackServices,
  log: (line: string) => void,
): Promise<WholeResponse | undefined> {
  try {
    return await route(services, request, gone);
  } catch (error) {
    log(
      `answering ${request.method} ${request.url}: ${error instanceof Error ? (error.stack ?? error.message) : error}`,
    );
    return internalFailure(request);
  }
}

/** A server that closes hands each connection back with its last answer. */
function write(outgoing: ServerResponse, response: WholeResponse | undefined, isListening: boolean): void {
  if (response === undefined || outgoing.destroyed) {
    outgoing.destroy();
    return;
  }
  const headers: Record<string, string> = {
    ...response.headers,
    "content-length": String(Buffer.byteLength(response.body)),
  };
  if (!isListening) {
    headers.connection = "close";
  }
  outgoing.writeHead(response.status, headers).end(response.body);
}

async function listenOnFirstFree(server: Server, ports: number[]): Promise<number> {
  for (const [index, port] of ports.entries()) {
    try {
      return await listen(server, port);
    } catch (error) {
      if (!isPortUnavailable(error) || index === ports.length - 1) {
        throw error;
      }
    }
  }
  throw new Error("no port to listen on");
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, LOOPBACK, () => {
      server.removeListener("error", reject);
      resolve(portOf(server.address()) ?? port);
    });
  });
}

function portOf(address: AddressInfo | string | null): number | undefined {
  return address !== null && typeof address === "object" ? address.port : undefined;
}

/** Taken, or reserved by the system. */
function isPortUnavailable(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "EADDRINUSE" || error.code === "EACCES");
}

function close(server: Server, open: Set<AbortController>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    for (const request of open) {
      request.abort();
    }
  });
}
