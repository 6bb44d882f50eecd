import { readText } from "../../../src/adapters/aws/attribute-values.js";
import { readKey, type SimulatedStack } from "../aws/simulated-stack.js";
import type { RegistryHistory } from "../registry-history.js";
import type { Run } from "../run.js";
import type { Sent } from "../sent.js";
import type { VirtualClock } from "../virtual-clock.js";
import type { Observer } from "../wire.js";
import { checkOnce } from "./idempotence.js";
import { checkLeases } from "./leases.js";
import { Ledger } from "./ledger.js";
import { createOrderCheck } from "./order.js";
import { createOutcomeCheck, movedByQueue } from "./outcomes.js";
import { createPermissionCheck } from "./permission.js";
import { recordAnswer, recordEntryFaults, recordRelease } from "./record-calls.js";
import { recordEffects } from "./record-effects.js";
import { createRejectionCheck } from "./rejections.js";
import { checkStop } from "./stops.js";

/** Watches every call and says which promises are broken, by what it saw on the wire and not by what the processor says. */
export interface Oracle extends Observer {
  readonly ledger: Ledger;
  sent(message: Sent): void;
  /** What became of a message so far: complete outcomes alone. */
  outcomesOf(message: Sent): string[];
  /** A processor has ended by itself. */
  ended(run: Run): void;
  /** Ids of the messages that the queue itself has moved to the DLQ. */
  moved(): ReadonlySet<string>;
  /** Judges what can only be judged once the queue is empty. */
  end(): void;
}

interface OracleOptions {
  stack: SimulatedStack;
  clock: VirtualClock;
  history: RegistryHistory;
  /** Whether it is right that the queue itself moves messages to the DLQ. */
  nativeMoves: { areRight: boolean };
}

export function createOracle({ stack, clock, history, nativeMoves }: OracleOptions): Oracle {
  const ledger = new Ledger();
  const order = createOrderCheck(ledger, nativeMoves);
  const permission = createPermissionCheck(ledger, history);
  const checkRejection = createRejectionCheck(ledger, history);
  const outcomes = createOutcomeCheck(ledger, stack, nativeMoves);
  return {
    ledger,
    sent: (message) => void ledger.open(message),
    outcomesOf(message) {
      const story = ledger.stories.get(message.messageId);
      return story === undefined ? [] : outcomes.outcomesOf(story);
    },
    begun(call, faults) {
      recordEntryFaults(ledger, call, faults);
      const isFaulty = call.fate.fault !== undefined || faults.some((fault) => fault !== undefined);
      if (isFaulty) call.run.lastFaultAt = call.begunAt;
      recordRelease(ledger, stack, call, faults);
      order.begun(call);
      permission.begun(call);
      checkLeases(ledger, stack, call);
    },
    happened(call, effects) {
      for (const appearance of recordEffects(ledger, call, effects, clock.now())) {
        order.appeared(appearance);
        permission.appeared(appearance);
        if (ledger.stories.get(appearance.sent.messageId)?.isDuplicate)
          ledger.accuse(`P1: message ${appearance.sent.ordinal} was recorded as a duplicate, and then published`);
        checkOnce(ledger, appearance);
      }
      for (const effect of effects) {
        if (effect.kind === "deleted") {
          const story = ledger.stories.get(effect.messageId);
          if (story !== undefined) outcomes.deleted(story);
        }
        if (effect.kind !== "written") continue;
        const { fact, messageId, eventKey } = readKey(effect.item);
        const story = ledger.stories.get(messageId);
        if (fact === "rejected" && story !== undefined) checkRejection(call, story, readText(effect.item, "reason"));
        if (fact === "published" && ledger.event(eventKey).appearances.length === 0)
          ledger.accuse(`P1: ${eventKey} was recorded as published before it was`);
      }
    },
    answered: (call, effects) => recordAnswer(ledger, call, effects, clock.now()),
    ended: (run) => checkStop(ledger, stack, run, clock.now()),
    moved: () => movedByQueue(stack, clock.now()),
    end: () => outcomes.end(clock.now()),
  };
}
