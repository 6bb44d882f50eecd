import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { EVENTS_RESPONSES, HEALTH } from "../../core/gateway-schemas.js";
import { type DescribedRoute, openApiDocument } from "../../core/openapi.js";
import { type ProblemCode, problem } from "../../core/problem.js";
import type { GatewayPath } from "../../core/settings.js";
import type { Admission, GatewayReply, GatewayService, GatewayServiceOptions } from "../../ports/gateway-service.js";
import { listenError, urlOf } from "../http/listen-error.js";
import { answerBrokenRequest } from "./broken-request.js";
import { createTurns } from "./connection-turns.js";
import { refuseMediaType } from "./media-type.js";

const EVENTS_PATH = "/v1/events";
const HEALTH_PATH = "/health";
const OPENAPI_PATH = "/openapi.json";

/** An idle connection is kept for so long. */
const KEEP_ALIVE_MS = 30_000;
const SWEEP_MS = 100;
/** No header that is read here comes near it. */
const MAX_HEADER_BYTES = 16 * 1024;

/** Nothing here is for browsers to show, frame, sniff or keep ("HTTP Security Response Headers Cheat Sheet", OWASP). */
const SECURITY_HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};
const HSTS = { "strict-transport-security": "max-age=31536000" };

declare module "fastify" {
  interface FastifyRequest {
    admission: Extract<Admission, { ok: true }> | undefined;
  }
  interface FastifyReply {
    /** What every answer says, names and values in turn; `isLast`: the connection ends behind it. */
    ownHeaders(isLast: boolean): readonly string[];
  }
}

/**
 * Serves the gateway.
 * @throws EvpError (usage) when it cannot listen there
 */
export async function serveGateway(options: GatewayServiceOptions): Promise<GatewayService> {
  const state = { isDraining: false };
  const app = createApp(options, state);
  app.server.maxConnections = options.limits.connections;
  const { host, port } = options.address;
  const scheme = options.tls === undefined ? "http" : "https";
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw listenError(error, urlOf(host, port, scheme), "--port");
  }
  const bound = app.server.address();
  const boundPort = typeof bound === "object" && bound !== null ? bound.port : port;
  let draining: Promise<void> | undefined;
  return {
    url: urlOf(host, boundPort, scheme),
    drain() {
      state.isDraining = true;
      draining ??= closeSoon(app);
      return draining;
    },
    async close() {
      app.server.closeAllConnections();
      draining ??= app.close();
      await draining;
    },
  };
}

/** A connection whose answer was on its way when this began ends as soon as nothing is under way on it. */
async function closeSoon(app: FastifyInstance): Promise<void> {
  const sweep = setInterval(() => app.server.closeIdleConnections(), SWEEP_MS);
  await app.close().finally(() => clearInterval(sweep));
}

function createApp(options: GatewayServiceOptions, state: { isDraining: boolean }): FastifyInstance {
  const { limits, tls, trustedProxies } = options;
  const { requestTimeoutMs: requestTimeout } = limits;
  const timeouts = {
    headersTimeout: requestTimeout / 2,
    requestTimeout,
    connectionsCheckingInterval: Math.min(1000, requestTimeout / 5),
    maxHeaderSize: MAX_HEADER_BYTES,
  };
  const shared = {
    logger: false,
    bodyLimit: limits.bodyBytes,
    requestTimeout,
    // A client that does not take its answer in is idle as well.
    connectionTimeout: requestTimeout * 2,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: "idle" as const,
    // What still comes on a connection that is kept is answered, and told that the connection ends.
    return503OnClosing: false,
    exposeHeadRoutes: false,
    trustProxy: trustedProxies.length === 0 ? false : trustedProxies,
    clientErrorHandler: answerBrokenRequest(options.onRefused),
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 1 },
  };
  const app: FastifyInstance =
    tls === undefined
      ? fastify({ ...shared, http: timeouts })
      : (fastify({ ...shared, https: { ...timeouts, ...tls, minVersion: "TLSv1.2" } }) as unknown as FastifyInstance);
  const own = Object.entries(tls === undefined ? SECURITY_HEADERS : { ...SECURITY_HEADERS, ...HSTS }).flat();
  const ownOfLast = [...own, "connection", "close"];
  app.decorateReply("ownHeaders", (isLast: boolean) => (isLast || state.isDraining ? ownOfLast : own));
  // Bodies are taken as they are: what is published is byte for byte what came.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(["application/json", "*"], { parseAs: "buffer" }, (_request, body, done) =>
    done(null, body),
  );
  registerRoutes(app, options);
  return app;
}

function registerRoutes(app: FastifyInstance, options: GatewayServiceOptions): void {
  const described: DescribedRoute[] = [];
  app.decorateRequest("admission", undefined);
  for (const path of [{ path: EVENTS_PATH }, ...options.paths]) {
    described.push(routeOfEvents(path));
    registerEvents(app, path, options);
  }
  const told: DescribedRoute[] = [
    plainRoute(HEALTH_PATH, "Whether it takes events", { 200: HEALTH, 503: HEALTH }),
    plainRoute(OPENAPI_PATH, "This document", { 200: { type: "object" } }),
  ];
  described.push(...told);
  const document = JSON.stringify(openApiDocument(described, options.version, options.limits.batch));
  app.get(HEALTH_PATH, async (_, reply) => {
    const isReady = options.isReady();
    return sendJson(reply, isReady ? 200 : 503, JSON.stringify({ status: isReady ? "ready" : "stopping" }));
  });
  app.get(OPENAPI_PATH, async (_, reply) => sendJson(reply, 200, document));
  app.setNotFoundHandler(async ({ url, method }, reply) => refuseRoute(reply, described, url, method, options));
  app.setErrorHandler<FastifyError>(async (error, _, reply) => refuseError(reply, error, options));
}

function registerEvents(app: FastifyInstance, path: GatewayPath, options: GatewayServiceOptions): void {
  const turns = createTurns();
  app.route({
    method: "POST",
    url: path.path,
    /** Who sends is known before the body is read, so that nobody else's bodies take up memory. */
    onRequest(request, reply, done) {
      const admit = () => letIn(request, reply, path, options, done);
      const turn = turns.take(request.raw.socket, reply.raw);
      if (turn === undefined) admit();
      else void turn.then(admit).catch(done);
    },
    handler(request, reply): void {
      const { admission, body } = request;
      if (admission === undefined) return void refuse(reply, "failed", "the gateway lost its way", options);
      const answered = admission.answer(Buffer.isBuffer(body) ? body : Buffer.alloc(0));
      void answered.then((answer) => send(reply, withOldName(answer, path))).catch((error) => reply.send(error));
    },
  });
}

/** Goes on by `done` with whoever is let in, and answers everybody else. */
function letIn(
  request: FastifyRequest,
  reply: FastifyReply,
  path: GatewayPath,
  options: GatewayServiceOptions,
  done: (error?: Error) => void,
): void {
  const take = (admission: Admission): void => {
    if (!admission.ok) return void send(reply, admission.reply);
    request.admission = admission;
    done();
  };
  const wrongType = refuseMediaType(request.headers);
  if (wrongType !== undefined) return void refuse(reply, "unsupported-media-type", wrongType, options);
  let admission: Admission | Promise<Admission>;
  try {
    admission = options.admit(readHead(request, path));
  } catch (error) {
    // Fastify catches nothing that a hook throws before it returns.
    done(error instanceof Error ? error : new Error(String(error)));
    return;
  }
  if (admission instanceof Promise) void admission.then(take, done);
  else take(admission);
}

function readHead(request: FastifyRequest, path: GatewayPath) {
  const { authorization, messagegroupid, "idempotency-key": idempotencyKey, traceparent } = request.headers;
  return {
    address: request.ip,
    authorization,
    messageGroupId: first(messagegroupid),
    idempotencyKey: first(idempotencyKey),
    traceparent: first(traceparent),
    path,
  };
}

function first(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** Programs of before know the id by SQS's own name for it ("SendMessage"). */
function withOldName(reply: GatewayReply, { path }: GatewayPath): GatewayReply {
  if (path === EVENTS_PATH || !("messageId" in reply.document)) return reply;
  return { ...reply, document: { ...reply.document, MessageId: reply.document.messageId } };
}

function send(reply: FastifyReply, { status, headers, document }: GatewayReply): FastifyReply {
  const type = status < 400 ? JSON_TYPE : "application/problem+json";
  return sendJson(reply, status, JSON.stringify(document), type, headers);
}

const JSON_TYPE = "application/json";

/** Answers past Fastify's hooks and header objects, with one flat list. What was set on the reply is sent as well. */
function sendJson(
  reply: FastifyReply,
  status: number,
  text: string,
  type = JSON_TYPE,
  headers: Record<string, string> = {},
): FastifyReply {
  const { connection, ...set } = reply.getHeaders();
  const own = reply.ownHeaders(connection !== undefined);
  const flat = [...own, "content-type", type, "content-length", String(Buffer.byteLength(text))];
  for (const name in headers) flat.push(name, headers[name] ?? "");
  for (const name in set) flat.push(name, String(set[name]));
  reply.raw.writeHead(status, flat);
  reply.hijack();
  reply.raw.end(text);
  return reply;
}

function refuse(
  reply: FastifyReply,
  code: ProblemCode,
  detail: string,
  { onRefused }: Pick<GatewayServiceOptions, "onRefused">,
): FastifyReply {
  const document = problem(code, detail);
  onRefused(document.status);
  return send(reply, { status: document.status, headers: {}, document });
}

function refuseRoute(
  reply: FastifyReply,
  routes: DescribedRoute[],
  url: string,
  method: string,
  options: GatewayServiceOptions,
): FastifyReply {
  const [path] = url.split("?", 1);
  const allowed = routes.filter((route) => route.path === path).map((route) => route.method);
  if (allowed.length === 0) return refuse(reply, "not-found", "events go to /v1/events, see /openapi.json", options);
  reply.header("allow", allowed.join(", "));
  return refuse(reply, "method-not-allowed", `${method} is not answered here; ${allowed.join(", ")} is`, options);
}

/** What Fastify itself refuses, by its status; the rest is ours to mend. */
function refuseError(reply: FastifyReply, error: FastifyError, options: GatewayServiceOptions): FastifyReply {
  const { statusCode = 500 } = error;
  if (statusCode === 413) {
    // The rest of it is not read.
    reply.header("connection", "close");
    const detail = `a request may have ${options.limits.bodyBytes} bytes`;
    return refuse(reply, "too-large", detail, options);
  }
  if (statusCode === 415) return refuse(reply, "unsupported-media-type", "send application/json", options);
  if (statusCode < 500) return refuse(reply, "malformed-request", "the request cannot be read", options);
  options.onFailure(error);
  return refuse(reply, "failed", "the gateway failed; nothing is known of what came of the request", options);
}

function routeOfEvents({ path, wrap }: GatewayPath): DescribedRoute {
  const summary = wrap === undefined ? "Send an event, or several" : "Send what becomes the payload of an event";
  const shared = { method: "POST", path, summary, responses: EVENTS_RESPONSES };
  return { ...shared, takesEvents: true, isWrapped: wrap !== undefined };
}

function plainRoute(path: string, summary: string, responses: DescribedRoute["responses"]): DescribedRoute {
  return { method: "GET", path, summary, responses, takesEvents: false, isWrapped: false };
}
