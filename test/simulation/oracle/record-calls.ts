import { readText } from "../../../src/adapters/aws/attribute-values.js";
import type { Effect } from "../aws/effects.js";
import { messageIdOf } from "../aws/queue-actions.js";
import { INGRESS, readKey, type SimulatedStack } from "../aws/simulated-stack.js";
import type { Call } from "../call.js";
import type { EntryFault } from "../faults/fate.js";
import type { Ledger } from "./ledger.js";

/** Writes down that publications could not be recorded. */
function recordFailure(ledger: Ledger, { command, run }: Call, isFailed: (index: number) => boolean): void {
  if (command.name !== "BatchWriteItem") return;
  const requests = Object.values(command.input.RequestItems ?? {}).flat();
  for (const [index, request] of requests.entries()) {
    const { eventKey, fact } = readKey(request.PutRequest?.Item ?? {});
    if (fact === "published" && isFailed(index)) ledger.event(eventKey).recordFailures.add(run);
  }
}

/**
 * Writes down that messages are given back, whether or not that works: nothing more is done for them. The same goes for one
 * whose renewal fails, since the queue may have said that it is somebody else's.
 */
export function recordRelease(
  ledger: Ledger,
  { model }: SimulatedStack,
  { command, step }: Call,
  faults: readonly (EntryFault | undefined)[],
): void {
  if (command.name !== "ChangeMessageVisibilityBatch") return;
  for (const [index, { ReceiptHandle = "" }] of (command.input.Entries ?? []).entries()) {
    if (step === "renew" && faults[index] === undefined) continue;
    const story = ledger.stories.get(messageIdOf(model, INGRESS, ReceiptHandle) ?? "");
    if (story !== undefined) story.isReleased = true;
  }
}

/** Writes down what goes wrong with a call's entries. */
export function recordEntryFaults(ledger: Ledger, call: Call, faults: readonly (EntryFault | undefined)[]): void {
  recordFailure(ledger, call, (index) => faults[index] !== undefined);
}

/** Writes down what the processor learns. */
export function recordAnswer(ledger: Ledger, call: Call, effects: readonly Effect[] | undefined, now: number): void {
  if (effects === undefined) {
    recordFailure(ledger, call, () => true);
    return;
  }
  for (const effect of effects) {
    if (effect.kind === "published" && effect.isTold) {
      const known = ledger.byBody(effect.body)?.appearances.find(({ sequence }) => sequence === effect.sequence);
      known?.knownBy.add(call.run);
    }
    if (effect.kind === "received") {
      for (const { messageId, receiveCount } of effect.messages)
        ledger.stories.get(messageId)?.receipts.set(call.run.name, { at: now, receiveCount });
    }
    if (effect.kind === "clients read") recordReading(ledger, call, effect);
  }
}

function recordReading(
  ledger: Ledger,
  call: Call,
  { clientIds, items }: Extract<Effect, { kind: "clients read" }>,
): void {
  const { run, begunAt, command } = call;
  const isStrong =
    command.name === "BatchGetItem" &&
    Object.values(command.input.RequestItems ?? {}).every(({ ConsistentRead }) => ConsistentRead === true);
  for (const clientId of clientIds) {
    const item = items.find((each) => readText(each, "clientId") === clientId);
    ledger.readings.push({
      run,
      clientId,
      begunAt,
      isStrong,
      topicArn: item?.topicArn?.S,
      active: item?.active?.BOOL ?? false,
      types: (item?.allowedTypes?.L ?? []).map((type) => type.S ?? ""),
    });
  }
}
