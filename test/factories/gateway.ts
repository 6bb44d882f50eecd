import { createConnection, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { serveGateway } from "../../src/adapters/gateway/serve-gateway.js";
import { systemClock } from "../../src/adapters/system-clock.js";
import type { GatewayEvents } from "../../src/app/gateway/gateway-events.js";
import { openGateway } from "../../src/app/gateway/open-gateway.js";
import { createJudge } from "../../src/core/examine.js";
import type { ProducerRecord } from "../../src/core/producer.js";
import { compileSchemas } from "../../src/core/schema-compiler.js";
import type { GatewaySettings } from "../../src/core/settings.js";
import { invalidToken } from "../../src/core/token-claims.js";
import { CallError } from "../../src/ports/call.js";
import type { ClientRegistry } from "../../src/ports/client-registry.js";
import type { GatewayService } from "../../src/ports/gateway-service.js";
import type { ProducerRegistry } from "../../src/ports/producer-registry.js";
import type { OutgoingMessage, Queue } from "../../src/ports/queue.js";
import type { TokenVerifier } from "../../src/ports/token-verifier.js";
import { createMemoryClients } from "../doubles/memory-clients.js";
import { createMemoryProducers, producerRecord } from "../doubles/memory-producers.js";
import { eventBody } from "./events.js";
import { settingsOf } from "./settings.js";

const schema = { type: "object", required: ["amount"], properties: { amount: { type: "number" } } };
const schemas = compileSchemas([{ file: "default", text: JSON.stringify(schema) }], []);

/** A queue in memory, whose answers a test decides. */
export interface QueueDouble extends Pick<Queue, "send"> {
  /** What it has taken, in order. */
  taken: OutgoingMessage[];
  /** Entries of each call. */
  calls: number[];
  /** In the place of the answer, where it returns or throws something. */
  meddle?: ((messages: OutgoingMessage[]) => Awaited<ReturnType<Queue["send"]>> | undefined) | undefined;
  /** Held up before each call is answered. */
  delay?: (() => Promise<unknown>) | undefined;
}

export function createQueueDouble(): QueueDouble {
  const queue: QueueDouble = {
    taken: [],
    calls: [],
    async send(messages) {
      queue.calls.push(messages.length);
      await queue.delay?.();
      const answer = queue.meddle?.(messages);
      if (answer !== undefined) {
        queue.taken.push(...messages.filter((_, index) => answer[index]?.ok === true));
        return answer;
      }
      queue.taken.push(...messages);
      return messages.map((_, index) => ({ ok: true, messageId: `m-${queue.taken.length}-${index}`, sequence: "1" }));
    },
  };
  return queue;
}

export function queueDown(): never {
  throw new CallError("sending", { code: "ECONNREFUSED", message: "down", isSenderFault: false }, "unreachable");
}

/** `token-<producer>` is a good token of that producer. */
const byName: TokenVerifier = {
  known: () => undefined,
  async verify(token) {
    const [, producerId] = /^token-(.+)$/.exec(token) ?? [];
    return producerId === undefined ? invalidToken("it is made up") : { ok: true, producerId };
  },
};

/** An event that its schema lets pass and that client-1 may have, unless it is changed. */
export function goodEvent(id: string, changes: Parameters<typeof eventBody>[0] = {}): string {
  return eventBody({ id, clientId: "client-1", type: "transaction", payload: { amount: 1 }, ...changes });
}

export interface GatewayWorld {
  producers?: ProducerRecord[];
  registry?: ProducerRegistry;
  clients?: ClientRegistry;
  queue?: QueueDouble;
  verifier?: TokenVerifier;
  settings?: Partial<GatewaySettings>;
  tls?: { cert: string; key: string };
}

export interface TestGateway {
  service: GatewayService;
  url: string;
  port: number;
  queue: QueueDouble;
  told: { name: keyof GatewayEvents; payload: object }[];
  post(body: unknown, options?: PostOptions): Promise<Answer>;
  /** A connection of its own, which gathers what comes back. */
  connect(): Promise<RawConnection>;
}

interface PostOptions {
  path?: string;
  producer?: string;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a document of whatever kind the test expects
  document: any;
}

export interface RawConnection {
  socket: Socket;
  received(): string;
  closed: Promise<void>;
}

/** A gateway on a port of its own, which is gone after the test. */
export async function startGateway(world: GatewayWorld = {}): Promise<TestGateway> {
  const { producers = [producerRecord("producer-1")], queue = createQueueDouble() } = world;
  const settings = { ...settingsOf().gateway, ...world.settings };
  const told: TestGateway["told"] = [];
  const { admit } = openGateway({
    connection: {
      ingress: queue as unknown as Queue,
      clients: world.clients ?? createMemoryClients(),
      producers: world.registry ?? createMemoryProducers(...producers),
    },
    settings,
    clock: systemClock,
    examine: createJudge({ mapping: "evp", schemas, maxEventBytes: 4096 }),
    verifier: world.verifier ?? byName,
    newUuid: () => crypto.randomUUID(),
    tell: (name, payload) => told.push({ name, payload }),
  });
  const service = await serveGateway({
    address: { host: "127.0.0.1", port: 0 },
    paths: settings.paths,
    limits: settings,
    tls: world.tls,
    trustedProxies: settings.trustedProxies,
    version: "1.2.3",
    admit,
    onRefused: () => undefined,
    onFailure: (error) => told.push({ name: "gateway:failed", payload: { message: String(error) } }),
    isReady: () => true,
  });
  onTestFinished(() => service.close());
  const port = Number(new URL(service.url).port);
  return {
    service,
    url: service.url,
    port,
    queue,
    told,
    async post(body, { path = "/v1/events", producer = "producer-1", headers = {} } = {}) {
      const response = await fetch(service.url + path, {
        method: "POST",
        headers: { authorization: `Bearer token-${producer}`, "content-type": "application/json", ...headers },
        body: typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body),
      });
      return { status: response.status, headers: response.headers, document: await response.json() };
    },
    connect: () => connectTo(port),
  };
}

function connectTo(port: number): Promise<RawConnection> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: "127.0.0.1", port });
    let received = "";
    socket.on("data", (chunk: Buffer) => {
      received += chunk.toString();
    });
    const closed = new Promise<void>((ended) => socket.once("close", () => ended()));
    socket.once("error", reject);
    socket.once("connect", () => resolve({ socket, received: () => received, closed }));
    onTestFinished(() => void socket.destroy());
  });
}
