import { hash } from "node:crypto";
import { ATTRIBUTE } from "../../core/attribute-names.js";
import { deduplicationIdFor } from "../../core/deduplication-id.js";
import { ID_TO_COME } from "../../core/envelope-mapping.js";
import type { ItemResult, Problem, ProblemError } from "../../core/problem.js";
import { problem } from "../../core/problem.js";
import { keyedEventId, type WrapSettings, wrapEvent } from "../../core/wrap-event.js";
import type { GatewayReply } from "../../ports/gateway-service.js";
import type { MessageAttributes, OutgoingMessage } from "../../ports/queue.js";
import type { Enqueued, Enqueuer } from "./enqueuer.js";
import type { GatewayListener } from "./gateway-events.js";
import { isFault, type Judged, type JudgePorts, judgeEvent, type Sender } from "./judge-events.js";

export interface AcceptPorts extends JudgePorts {
  enqueuer: Enqueuer;
  newUuid: () => string;
  tell: GatewayListener;
}

/** The events of one request, and what is said of all of them. */
export interface Acceptance extends Sender {
  texts: string[];
  isArray: boolean;
  idempotencyKey: string | undefined;
  wrap: WrapSettings | undefined;
}

type Valid = Extract<Judged, { ok: true }>;

/** Judges the events and enqueues them: all of them, or none. */
export async function acceptEvents(ports: AcceptPorts, acceptance: Acceptance): Promise<GatewayReply> {
  const judging = acceptance.texts.map((_, index) => judgeOne(ports, acceptance, index));
  const judged = judging.every((one) => isSettled(one)) ? judging : await Promise.all(judging);
  const fault = judged.find(isFault);
  if (fault !== undefined) return unavailable(`the registry of clients does not answer: ${fault.code}`, 1);
  const told = judged.filter((one): one is Judged => !isFault(one));
  const valid = told.filter((one) => one.ok);
  if (valid.length < told.length) return refuse(ports, acceptance, told);
  const messages = valid.map((one, index) => messageOf(one, acceptance, index));
  const { enqueuer } = ports;
  const bytes = messages.reduce((sum, { body }) => sum + body.length, 0);
  const downForMs = enqueuer.downForMs();
  if (downForMs !== undefined) return unavailable("the ingress queue does not answer", downForMs / 1000);
  if (!enqueuer.hasRoom(bytes)) return unavailable("too many events wait for the ingress queue", 1);
  const results = await enqueuer.enqueue(messages);
  const count = results.filter(({ ok }) => ok).length;
  if (count > 0) ports.tell("events:enqueued", { producerId: acceptance.producer.producerId, count });
  return replyTo(acceptance, valid, results, enqueuer.downForMs());
}

/** A batch whose verdicts are all there needs no turn of its own. */
function isSettled(judging: ReturnType<typeof judgeEvent>): judging is Judged {
  return !(judging instanceof Promise);
}

function judgeOne(ports: AcceptPorts, acceptance: Acceptance, index: number): ReturnType<typeof judgeEvent> {
  const text = acceptance.texts[index] ?? "";
  const { wrap } = acceptance;
  // What is no JSON by itself could end the payload early, and say more of the envelope.
  if (wrap === undefined || !isJson(text)) return judgeEvent(ports, acceptance, text);
  const { producer, key, idempotencyKey, isArray } = acceptance;
  const facts = { producer, key, idempotencyKey, index: isArray ? index : undefined };
  const body = wrapEvent(text, wrap, { ...facts, now: ports.clock.now(), newUuid: ports.newUuid });
  return judgeEvent(ports, acceptance, body);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The same text under the same idempotency key is one message to the queue, for as long as that remembers. */
function messageOf({ body, event, groupId }: Valid, acceptance: Acceptance, index: number): OutgoingMessage {
  const { idempotencyKey, producer, texts, traceparent } = acceptance;
  const keyed = () =>
    hash("sha256", `${producer.producerId}\n${idempotencyKey}\n${index}\n${texts[index]}`, "base64url");
  const attributes = {
    ...(traceparent === undefined ? {} : { traceparent }),
    ...attributeOf(keyedId(acceptance, index), event),
  };
  return {
    body,
    groupId,
    deduplicationId: idempotencyKey === undefined ? deduplicationIdFor(event.id, body) : keyed(),
    ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
  };
}

/** The id that an idempotency key gives to an event that has none of its own. */
function keyedId({ idempotencyKey, producer, isArray }: Acceptance, index: number): string | undefined {
  if (idempotencyKey === undefined) return undefined;
  return keyedEventId(producer.producerId, idempotencyKey, isArray ? index : undefined);
}

/** An event that would go by its message's id goes by its idempotency key, so that the journal knows it again. */
function attributeOf(id: string | undefined, event: Valid["event"]): MessageAttributes {
  return id === undefined || event.id !== ID_TO_COME ? {} : { [ATTRIBUTE.eventId]: id };
}

function refuse(ports: AcceptPorts, { producer, isArray }: Acceptance, judged: Judged[]): GatewayReply {
  const items = judged.map(itemOf);
  const refused = judged.flatMap((one) => (one.ok ? [] : [one]));
  for (const { reason, envelope } of refused) {
    const { id: eventId, clientId } = envelope;
    ports.tell("event:refused", { producerId: producer.producerId, reason, eventId, clientId });
  }
  const [first] = refused;
  if (!isArray && first !== undefined) {
    const { code, detail, errors, reason } = first;
    return replyWith(problem(code, detail, { ...(reason === "forbidden" ? {} : { reason }), errors }));
  }
  const code = refused.some((one) => one.code === "forbidden") ? "forbidden" : "event-refused";
  const detail = `${refused.length} of ${judged.length} events are refused, and none was enqueued`;
  return replyWith(problem(code, detail, { errors: judged.flatMap(errorsOf), items }));
}

function errorsOf(judged: Judged, item: number): ProblemError[] {
  return judged.ok ? [] : judged.errors.map((error) => ({ item, ...error }));
}

function itemOf(judged: Judged, item: number): ItemResult {
  if (judged.ok) return { item, status: "valid", ...namesOf(judged) };
  const { id: eventId, clientId, type } = judged.envelope;
  const { reason, detail } = judged;
  return { item, status: "refused", reason, detail, retryable: false, eventId, clientId, type };
}

/** `givenId`: of an event that has none of its own. */
function namesOf({ event: { id, clientId, type }, groupId }: Valid, givenId?: string) {
  return { eventId: id === ID_TO_COME ? givenId : id, clientId, type, groupId };
}

/** 202 says that everything is on the queue, 207 that some of it is, and 503 that nothing may be. */
function replyTo(
  acceptance: Acceptance,
  valid: Valid[],
  results: Enqueued[],
  downForMs: number | undefined,
): GatewayReply {
  const { isArray } = acceptance;
  const items = valid.map((one, item): ItemResult => {
    const result = results[item];
    if (result?.ok === true)
      return {
        item,
        status: "enqueued",
        messageId: result.messageId,
        ...namesOf(one, keyedId(acceptance, item) ?? result.messageId),
      };
    const { code: reason = "NoAnswer", message: detail = "", isSenderFault = false } = result?.fault ?? {};
    return { item, status: "failed", reason, detail, retryable: !isSenderFault, ...namesOf(one) };
  });
  const failed = items.filter(({ status }) => status === "failed");
  const [only] = items;
  if (failed.length === 0) {
    if (isArray || only === undefined) return { status: 202, headers: {}, document: { items } };
    const { item: _, status: __, ...document } = only;
    return { status: 202, headers: {}, document };
  }
  if (failed.length < items.length) return { status: 207, headers: {}, document: { items } };
  if (failed.every(({ retryable }) => retryable === false)) {
    const errors = failed.map(({ item, detail = "" }) => ({ ...(isArray ? { item } : {}), pointer: "", detail }));
    return replyWith(problem("event-refused", "the ingress queue refuses it", { errors }));
  }
  const detail = "the ingress queue did not take it, as far as is known; send the same again";
  return unavailable(detail, (downForMs ?? 1000) / 1000, isArray ? { items } : {});
}

export function unavailable(detail: string, seconds: number, more: Pick<Problem, "items"> = {}): GatewayReply {
  const headers = { "retry-after": String(Math.max(1, Math.ceil(seconds))) };
  return replyWith(problem("unavailable", detail, more), headers);
}

export function replyWith(document: Problem, headers: Record<string, string> = {}): GatewayReply {
  return { status: document.status, headers, document };
}
