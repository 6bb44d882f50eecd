import { describe } from "vitest";
import type { Clock } from "../../src/ports/clock.js";
import type { Command } from "../simulation/aws/commands.js";
import { connectSimulated } from "../simulation/aws/connect-simulated.js";
import { SimulatedStack } from "../simulation/aws/simulated-stack.js";
import { createRandom } from "../simulation/random.js";
import type { Run } from "../simulation/run.js";
import type { Wire } from "../simulation/wire.js";
import { clientReadingContract } from "./client-registry-contract.js";
import { modelContract } from "./model-contract.js";
import { type ModelledStack, modelTarget } from "./model-target.js";

const JOURNAL = { retentionDays: 30, replayIndex: true, rejectionIndex: true };
const SEED = 1;
const SECOND_MS = 1000;

/** evp's adapters on the stack of the simulation, with nothing between them that could go wrong. */
function openStack(clock: Clock): ModelledStack {
  const stack = new SimulatedStack(createRandom(SEED), clock.now());
  const connection = connectSimulated({
    wire: straightWire(stack, clock),
    run: steadyRun(clock),
    clock,
    journal: JOURNAL,
  });
  return { model: stack.model, connection };
}

/** Commands arrive at once, and answers too, but for a receive that finds nothing and looks again at the end of its wait. */
function straightWire(stack: SimulatedStack, clock: Clock): Wire {
  const apply = (command: Command) => {
    const { answer, failure } = stack.apply(command, clock.now(), []);
    if (failure !== undefined) throw failure;
    return answer;
  };
  return {
    async send(_, command) {
      const answer = apply(command);
      if (command.name !== "ReceiveMessage" || !("Messages" in answer) || !isEmpty(answer.Messages)) return answer;
      await clock.sleep((command.input.WaitTimeSeconds ?? 0) * SECOND_MS);
      return apply(command);
    },
    alive: async () => {},
    poke() {},
  };
}

function isEmpty(messages: unknown): boolean {
  return Array.isArray(messages) && messages.length === 0;
}

/** A processor that lives on. */
function steadyRun(clock: Clock): Run {
  return {
    name: "contract",
    kind: "process",
    visibilitySeconds: 60,
    startedAt: clock.now(),
    goneAt: undefined,
    isKilled: false,
    frozenUntil: 0,
    frozenAt: undefined,
    wallShiftMs: 0,
    stop: new AbortController(),
    force: new AbortController(),
    stoppedAt: undefined,
    isForced: false,
    lastFaultAt: 0,
  };
}

describe("the stack of the simulation", () => {
  const target = modelTarget(openStack);

  modelContract(target);

  describe("its client registry", () => {
    clientReadingContract(async () => (await target.openConnection()).clients);
  });
});
