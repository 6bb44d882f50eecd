import { readIdempotencyKey } from "../../core/idempotency-key.js";
import { problem } from "../../core/problem.js";
import type { ProducerRecord } from "../../core/producer.js";
import type { BucketLimit } from "../../core/token-bucket.js";
import { type TokenFailure, tokenOf } from "../../core/token-claims.js";
import { traceparentOf } from "../../core/traceparent.js";
import { isCallError } from "../../ports/call.js";
import type { Admission, GatewayReply, GatewayRequest } from "../../ports/gateway-service.js";
import type { TokenVerifier, Verified } from "../../ports/token-verifier.js";
import { type AcceptPorts, acceptEvents, replyWith, unavailable } from "./accept-events.js";
import type { IdempotencyMemory } from "./idempotency-memory.js";
import type { KnownProducers } from "./known-producers.js";
import type { RateLimits } from "./rate-limits.js";
import { splitBody } from "./split-body.js";

export interface GatewayPorts extends AcceptPorts {
  verifier: TokenVerifier;
  producers: KnownProducers;
  memory: IdempotencyMemory;
  rates: RateLimits;
  limits: {
    /** Events in one request. */
    batch: number;
    /** Events a second of one producer that has no rate of its own. */
    ratePerSecond: number;
  };
}

/** Of the printable ASCII that a group id may be of ("SendMessage"). */
const GROUP = /^[\x21-\x7e]{1,128}$/;
/** Tokens that are not believed, from one address: each costs a signature to check. */
const WRONG_TOKENS: BucketLimit = { rate: 10, burst: 100 };

/** Lets a request in by who sent it, at once where token and producer are known; what it holds is then judged, and enqueued. */
export function admitRequest(ports: GatewayPorts, request: GatewayRequest): Admission | Promise<Admission> {
  const admit = (sender: ProducerRecord | GatewayReply): Admission =>
    "status" in sender
      ? { ok: false, reply: sender }
      : { ok: true, answer: (body) => answer(ports, request, sender, body) };
  const sender = identify(ports, request);
  return sender instanceof Promise ? sender.then(admit) : admit(sender);
}

async function answer(
  ports: GatewayPorts,
  request: GatewayRequest,
  producer: ProducerRecord,
  body: Buffer,
): Promise<GatewayReply> {
  const split = splitBody(body, ports.limits.batch);
  const rate = ratesOf(producer, ports.limits.ratePerSecond);
  const waitMs = ports.rates.take(rate.name, rate.limit, split.ok ? split.texts.length : 1);
  const headers = rateHeaders(ports.rates, rate);
  if (waitMs !== undefined) return tooMuch(`more than ${rate.limit.rate} events a second`, waitMs, headers);
  if (!split.ok) return replyWith(problem(split.code, split.detail), headers);
  const said = readHeaders(request);
  if (typeof said === "string") return replyWith(problem("malformed-request", said), headers);
  const { wrap } = request.path;
  const { texts, isArray } = split;
  const work = () => acceptEvents(ports, { producer, texts, isArray, wrap, ...said });
  return withHeaders(await once(ports.memory, { request, producer, body, ...said }, work), headers);
}

/** Under an idempotency key, a request has one answer. */
function once(
  memory: IdempotencyMemory,
  { request, producer, body, key, idempotencyKey }: Keyed,
  work: () => Promise<GatewayReply>,
): Promise<GatewayReply> {
  if (idempotencyKey === undefined) return work();
  const content = `${request.path.path}\n${key ?? ""}\n${body.toString()}`;
  const reply = memory.run({ producerId: producer.producerId, key: idempotencyKey, content }, work);
  if (reply !== "conflict") return reply;
  const detail = "the same key came before with another body, group or path; use a new one for another event";
  return Promise.resolve(replyWith(problem("idempotency-conflict", detail)));
}

interface Keyed {
  request: GatewayRequest;
  producer: ProducerRecord;
  body: Buffer;
  key: string | undefined;
  idempotencyKey: string | undefined;
}

/** @returns a text: what is wrong with them */
function readHeaders({ messageGroupId: key, idempotencyKey: given, traceparent }: GatewayRequest) {
  if (key !== undefined && !GROUP.test(key)) return badHeader("MessageGroupId");
  const idempotencyKey = given === undefined ? undefined : readIdempotencyKey(given);
  if (given !== undefined && idempotencyKey === undefined) return badHeader("Idempotency-Key");
  return { key, idempotencyKey, ...readTraceparent(traceparent) };
}

/** One that cannot be read is left out, as the "Trace Context" has it. */
function readTraceparent(header: string | undefined): { traceparent: string | undefined } {
  const { traceparent } = traceparentOf(header === undefined ? {} : { traceparent: header });
  return { traceparent };
}

function badHeader(name: string): string {
  return `${name} must be 1 to 128 printable ASCII characters without space`;
}

type Identified = ProducerRecord | GatewayReply;

/** @returns the producer, or why the request is not taken */
function identify(ports: GatewayPorts, request: GatewayRequest): Identified | Promise<Identified> {
  const token = tokenOf(request.authorization);
  if (token === undefined) {
    const detail = "send a token in the Authorization header, with Bearer before it or without";
    return refuseSender(ports, request, { kind: "invalid", detail }, false);
  }
  const known = ports.verifier.known(token);
  if (known === undefined && ports.rates.left(request.address, WRONG_TOKENS) < 1) {
    return tooMuch("too many tokens that are not believed come from this address", 1000 / WRONG_TOKENS.rate);
  }
  if (known !== undefined) return findSender(ports, request, known);
  return ports.verifier.verify(token).then((verified) => findSender(ports, request, verified));
}

function findSender(
  ports: GatewayPorts,
  request: GatewayRequest,
  verified: Verified,
): Identified | Promise<Identified> {
  if (!verified.ok) return refuseSender(ports, request, verified.failure, true);
  const found = ports.producers.find(verified.producerId);
  if (!(found instanceof Promise)) return found;
  return found.then(
    (producer) => producer ?? refuseProducer(ports, request, verified.producerId),
    (error: unknown) => {
      if (isCallError(error)) return unavailable("the registry of producers does not answer", 1);
      throw error;
    },
  );
}

function refuseProducer(ports: GatewayPorts, { address }: GatewayRequest, producerId: string): GatewayReply {
  ports.rates.take(address, WRONG_TOKENS, 1);
  const detail = `producer ${producerId} is not registered, or is disabled`;
  ports.tell("sender:refused", { address, status: 403, detail, producerId });
  return replyWith(problem("producer-unknown", detail));
}

/** As RFC 6750, section 3, has it: a request without any token gets no error code. */
function refuseSender(
  ports: GatewayPorts,
  { address }: GatewayRequest,
  failure: TokenFailure,
  hasToken: boolean,
): GatewayReply {
  const { detail } = failure;
  if (failure.kind === "unavailable") return unavailable(detail, 5);
  if (hasToken) ports.rates.take(address, WRONG_TOKENS, 1);
  const isScope = failure.kind === "insufficient-scope";
  const reply = isScope ? problem("insufficient-scope", detail) : problem("unauthenticated", detail);
  ports.tell("sender:refused", { address, status: reply.status, detail, producerId: undefined });
  const scope = isScope ? `, error="insufficient_scope", scope="${failure.scope}"` : ', error="invalid_token"';
  return replyWith(reply, { "www-authenticate": `Bearer realm="evp"${hasToken ? scope : ""}` });
}

interface Rate {
  name: string;
  limit: BucketLimit;
}

function ratesOf({ producerId, ratePerSecond }: ProducerRecord, usual: number): Rate {
  const rate = ratePerSecond ?? usual;
  return { name: `producer ${producerId}`, limit: { rate, burst: Math.max(1, rate) } };
}

/** "RateLimit header fields for HTTP", draft-ietf-httpapi-ratelimit-headers. */
function rateHeaders(rates: RateLimits, { name, limit }: Rate): Record<string, string> {
  return {
    "ratelimit-policy": `"events";q=${Math.ceil(limit.burst)};w=1`,
    ratelimit: `"events";r=${rates.left(name, limit)};t=1`,
  };
}

function tooMuch(detail: string, waitMs: number, headers: Record<string, string> = {}): GatewayReply {
  const retryAfter = String(Math.max(1, Math.ceil(waitMs / 1000)));
  return replyWith(problem("rate-limited", detail), { ...headers, "retry-after": retryAfter });
}

function withHeaders(reply: GatewayReply, headers: Record<string, string>): GatewayReply {
  return { ...reply, headers: { ...headers, ...reply.headers } };
}
