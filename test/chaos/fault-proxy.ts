import { Agent, createServer, type IncomingMessage, request as openRequest, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { type AwsRequest, readAwsRequest } from "./aws-request.js";
import { faultAnswer, type HttpAnswer } from "./fault-answers.js";
import type { FaultPlan } from "./fault-plan.js";
import { LOOPBACK, listenOnLoopback } from "./loopback.js";
import type { CallWatch, PublishLedger } from "./publish-ledger.js";

/** A proxy in front of a stack, which does to each call what a plan says. */
export interface FaultProxy {
  /** Opens a port of its own, so that what comes through it is known to be of one caller. @returns its URL */
  openDoor(name: string): Promise<string>;
  /** Calls by operation, faulty ones included. */
  readonly calls: Readonly<Record<string, number>>;
  /** Ends every connection. */
  close(): Promise<void>;
}

interface FaultProxyOptions {
  /** URL of the stack, asked for each call, since a stack that was killed may come back elsewhere. */
  upstream: () => string;
  plan: FaultPlan;
  ledger: PublishLedger;
}

/** One call on its way through the proxy. */
interface Call {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
  body: Buffer;
  request: AwsRequest;
  watch: CallWatch;
  /** Aborts when the caller has gone. */
  gone: AbortSignal;
}

/** The proxy listens on loopback alone, and reads requests and answers whole before it hands them on. */
export async function openFaultProxy({ upstream, plan, ledger }: FaultProxyOptions): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true });
  const servers: ReturnType<typeof createServer>[] = [];
  const calls: Record<string, number> = {};
  /** The call whose answer was the last that went out on a connection. */
  const lastAnswered = new WeakMap<Socket, CallWatch>();

  async function serve(door: string, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await readWhole(incoming);
    if (body === undefined) return;
    const request = readAwsRequest(incoming.headers, body.toString());
    calls[request.action] = (calls[request.action] ?? 0) + 1;
    const gone = new AbortController();
    outgoing.on("close", () => gone.abort());
    const watch = ledger.watch(door, request);
    lastAnswered.delete(incoming.socket);
    outgoing.on("finish", () => {
      watch.answered();
      lastAnswered.set(incoming.socket, watch);
    });
    await meetFate({ incoming, outgoing, body, request, watch, gone: gone.signal });
  }

  function handOn(call: Call): Promise<HttpAnswer | undefined> {
    return forward(call, new URL(call.incoming.url ?? "/", upstream()), agent);
  }

  async function meetFate(call: Call): Promise<void> {
    const { outgoing, request, gone } = call;
    const fault = plan.faultFor(request);
    switch (fault.kind) {
      case "reset-before":
        return reset(outgoing);
      // It ends when the caller gives up.
      case "hang-before":
        return;
      case "error":
      case "throttle":
        return answer(call, faultAnswer(request, fault.kind));
      case "delay":
        await delay(fault.delayMs, undefined, { signal: gone }).catch(() => undefined);
        return gone.aborted ? undefined : answer(call, await handOn(call));
      case "reset-after":
        await handOn(call);
        return reset(outgoing);
      case "hang-after":
        await handOn(call);
        return;
      case "none":
        return answer(call, await handOn(call));
    }
  }

  return {
    calls,
    openDoor(name) {
      const server = createServer((incoming, outgoing) => void serve(name, incoming, outgoing));
      server.on("connection", (socket) => socket.on("close", () => lastAnswered.get(socket)?.hungUp()));
      servers.push(server);
      // An SDK keeps idle connections; a proxy that closed one first would add a fault that no plan knows of.
      server.keepAliveTimeout = 60 * 60 * 1000;
      return listenOnLoopback(server).then((port) => `http://${LOOPBACK}:${port}`);
    },
    async close() {
      agent.destroy();
      await Promise.all(
        servers.map((server) => {
          server.closeAllConnections();
          return new Promise((resolve) => server.close(resolve));
        }),
      );
    },
  };
}

/** Calls the stack. @returns nothing when it did not answer */
async function forward(call: Call, url: URL, agent: Agent): Promise<HttpAnswer | undefined> {
  const { incoming, body, request, watch, gone } = call;
  const { method = "POST", headers } = incoming;
  // A service goes on with a call whose caller has died; a poll that nobody waits for ends.
  const signal = request.action === "ReceiveMessage" ? { signal: gone } : {};
  const answered = await new Promise<HttpAnswer | undefined>((resolve) => {
    const outgoing = openRequest(url, { method, headers, agent, ...signal });
    outgoing.on("error", () => resolve(undefined));
    outgoing.on("response", (response) => {
      void readWhole(response).then((whole) => resolve(whole && httpAnswer(response, whole)));
    });
    outgoing.end(body);
  });
  if (answered?.status === 200) watch.tookEffect(answered.body.toString());
  return answered;
}

function answer({ outgoing }: Call, answered: HttpAnswer | undefined): void {
  // The stack is not there, or was killed before it answered.
  if (answered === undefined) {
    reset(outgoing);
    return;
  }
  outgoing.writeHead(answered.status, { ...answered.headers, "content-length": Buffer.byteLength(answered.body) });
  outgoing.end(answered.body);
}

function reset(outgoing: ServerResponse): void {
  outgoing.socket?.resetAndDestroy();
}

function httpAnswer({ statusCode = 500, headers }: IncomingMessage, body: Buffer): HttpAnswer {
  const kept = ["content-type", "x-amzn-requestid", "x-amzn-query-error", "x-amz-crc32"];
  const present = kept.flatMap((name) => (typeof headers[name] === "string" ? [[name, headers[name]]] : []));
  return { status: statusCode, headers: Object.fromEntries(present), body };
}

/** @returns nothing when the other side ended it before its time */
async function readWhole(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of message) chunks.push(chunk);
    return message.complete ? Buffer.concat(chunks) : undefined;
  } catch {
    return undefined;
  }
}
