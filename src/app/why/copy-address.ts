import type { Examine } from "../../core/examine.js";
import type { FactAddress, RedrivenFact, RejectedFact } from "../../core/facts.js";
import { addressOf } from "../../core/make-facts.js";
import { type Assignment, assignAll } from "../send/assignment.js";
import type { Change } from "./event-life.js";
import { readChanges } from "./tell-life.js";

/**
 * Where the facts about a redriven copy lie: an operator who mended it may have mended its id or its client.
 * @param examine judges the copy's envelope
 */
export function copyAddress(rejected: RejectedFact, { sentAs, changes }: RedrivenFact, examine: Examine): FactAddress {
  const body = assignAll(rejected.body, assignmentsOf(readChanges(changes)));
  const examined = examine({ body, attributes: {}, receivedAt: rejected.at, beside: { known: rejected.envelope } });
  return addressOf(examined.ok ? examined.event : examined.envelope, sentAs);
}

/** What was taken out of a copy cannot be its id. */
function assignmentsOf(changes: Change[]): Assignment[] {
  return changes.flatMap(({ pointer, after }) => (after === undefined ? [] : [{ pointer, value: after }]));
}
