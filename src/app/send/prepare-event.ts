import { deduplicationIdFor } from "../../core/deduplication-id.js";
import type { PartialEnvelope } from "../../core/event.js";
import { NO_CLIENT } from "../../core/facts.js";
import type { Expectation } from "../../core/fixture.js";
import { groupIdFor } from "../../core/group-id.js";
import type { Rejection } from "../../core/outcome.js";
import type { OutgoingMessage } from "../../ports/queue.js";
import { type Assignment, assignAll } from "./assignment.js";
import type { CheckEvent } from "./send-events.js";

/** An event ready to be sent. */
export interface PreparedEvent extends OutgoingMessage {
  deduplicationId: string;
  envelope: PartialEnvelope;
  expect: Expectation | undefined;
}

/** What a source has to say about one event. */
export interface Draft {
  body: string;
  deduplicationId?: string | undefined;
  groupId?: string | undefined;
  /** The key that its source orders it by, where the event names none itself. */
  key?: string | undefined;
  expect?: Expectation | undefined;
}

export interface Preparation {
  event: PreparedEvent;
  /** Why evp would refuse it on sight. */
  problem: Rejection | undefined;
}

interface PrepareOptions {
  check: CheckEvent;
  assignments: Assignment[];
  /** Left out: the deduplication id is made from the event. */
  freshDeduplicationId?: (() => string) | undefined;
}

/** Makes the assignments, judges the result and gives it its group and deduplication id. */
export function prepareEvent(draft: Draft, options: PrepareOptions): Preparation {
  const body = options.assignments.length === 0 ? draft.body : assignAll(draft.body, options.assignments);
  const checked = options.check(body);
  const { envelope } = checked;
  const { clientId = NO_CLIENT, key, source, id } = envelope;
  const event: PreparedEvent = {
    body,
    groupId: draft.groupId ?? groupIdFor(clientId, key ?? draft.key ?? source ?? NO_CLIENT),
    deduplicationId: draft.deduplicationId ?? options.freshDeduplicationId?.() ?? deduplicationIdFor(id, body),
    envelope: fieldsOf(envelope),
    expect: draft.expect,
  };
  return { event, problem: checked.ok ? undefined : checked.rejection };
}

/** Without the payload: hundreds of events are held at once. */
function fieldsOf({ id, clientId, type }: PartialEnvelope): PartialEnvelope {
  return { id, clientId, type };
}
