import type { Event, PartialEnvelope } from "../../core/event.js";
import type { Judge } from "../../core/examine.js";
import { groupIdFor } from "../../core/group-id.js";
import type { Reason } from "../../core/outcome.js";
import type { ProblemCode, ProblemError } from "../../core/problem.js";
import type { ProducerRecord } from "../../core/producer.js";
import { decideProducer } from "../../core/producer-permission.js";
import type { Fault } from "../../ports/call.js";
import type { Clock } from "../../ports/clock.js";
import type { Permission, Permissions } from "../process/permissions.js";

/** What is found of one event before anything is enqueued. */
export type Judged =
  | { ok: true; body: string; event: Event; groupId: string }
  | {
      ok: false;
      code: ProblemCode;
      reason: Reason | "forbidden";
      detail: string;
      errors: ProblemError[];
      envelope: PartialEnvelope;
    };

export interface JudgePorts {
  examine: Judge;
  /** Whether clients may have events, by the registry of clients. */
  permissions: Permissions;
  clock: Clock;
}

/** What all events of a request have in common. */
export interface Sender {
  producer: ProducerRecord;
  /** `MessageGroupId`: what is ordered by, in the place of the event's own key. */
  key: string | undefined;
  traceparent: string | undefined;
}

/**
 * Judges an event as the processor will, and whether its producer may send it: at once where what the registry says of its client is known.
 * @returns a fault where the registry of clients does not answer
 */
export function judgeEvent(ports: JudgePorts, sender: Sender, body: string): Judged | Promise<Judged | Fault> {
  const { examine, permissions, clock } = ports;
  const { producer, traceparent } = sender;
  const attributes = traceparent === undefined ? {} : { traceparent };
  const examined = examine({ body, attributes, receivedAt: clock.now() });
  const envelope = examined.ok ? examined.event : examined.envelope;
  const forbidden = refuseProducer(producer, envelope);
  if (forbidden !== undefined) return forbidden;
  if (!examined.ok) {
    const { rejection, violations } = examined;
    const errors = violations?.map(({ pointer, message }) => ({ pointer, detail: message }));
    return refuse(rejection.reason, rejection.detail, envelope, errors);
  }
  const { clientId, type } = examined.event;
  const question = { clientId, type, receivedAt: clock.monotonic() };
  const known = permissions.known(question);
  if (known !== undefined) return judgePermission(sender, body, examined.event, known);
  return permissions
    .check(question)
    .then((checked) =>
      checked.ok ? judgePermission(sender, body, examined.event, checked.permission) : checked.fault,
    );
}

function judgePermission(sender: Sender, body: string, event: Event, permission: Permission): Judged {
  if (!permission.allowed) return refuse(permission.rejection.reason, permission.rejection.detail, event);
  const { clientId, key, source } = event;
  const groupId = groupIdFor(clientId, sender.key ?? key ?? source ?? sender.producer.producerId);
  return { ok: true, body, event, groupId };
}

export function isFault(judged: Judged | Fault): judged is Fault {
  return "isSenderFault" in judged;
}

/** Said first, so that nobody learns about others' schemas and clients. What names no client yet is for the other checks. */
function refuseProducer(producer: ProducerRecord, envelope: PartialEnvelope): Judged | undefined {
  const { clientId, type } = envelope;
  if (clientId === undefined || type === undefined) return undefined;
  const decision = decideProducer(producer, { clientId, type });
  if (decision.allowed) return undefined;
  const errors = [{ pointer: "", detail: decision.detail }];
  return { ok: false, code: "forbidden", reason: "forbidden", detail: decision.detail, errors, envelope };
}

function refuse(
  reason: Reason,
  detail: string,
  envelope: PartialEnvelope,
  errors: ProblemError[] = [{ pointer: "", detail }],
): Judged {
  return { ok: false, code: codeOf(reason), reason, detail, errors, envelope };
}

function codeOf(reason: Reason): ProblemCode {
  if (reason === "malformed-json") return "malformed-json";
  return reason === "too-large" ? "too-large" : "event-refused";
}
