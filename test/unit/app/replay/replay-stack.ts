import { type ReplayOptions, type ReplayPorts, replayEvents } from "../../../../src/app/replay/replay-events.js";
import type { ReplayFilter } from "../../../../src/app/replay/replay-source.js";
import { createInstantClock } from "../../../doubles/instant-clock.js";
import { createMemoryQueues } from "../../../doubles/memory-queues.js";
import { createEnvelopeExaminer } from "../../../doubles/stack-schemas.js";
import { ModelStack } from "../../../factories/model-stack.js";
import { createStoredEvents } from "./stored-events.js";

export const REPLAY_ID = "20261121-100000-abc123";

type Changes = Partial<Omit<ReplayOptions, "filter">> & { filter?: Partial<ReplayFilter> };

/** A stack with client-1 and client-2, a journal to put events in, and replays on it. */
export function createReplayStack() {
  const clock = createInstantClock();
  const stack = new ModelStack(clock);
  for (const client of ["client-1", "client-2"]) stack.addClient(client, ["transaction", "monitoring"]);
  const { journal, store } = createStoredEvents(clock);
  const queue = createMemoryQueues(clock);
  const { publisher, clients } = stack.connection;
  let runs = 0;
  const ports = (): ReplayPorts => {
    return { journal, clients, publisher, queue, triage: createEnvelopeExaminer(), clock, holder: `run-${++runs}` };
  };
  const replay = ({ filter, ...changes }: Changes = {}, changedPorts: Partial<ReplayPorts> = {}) =>
    replayEvents(
      { ...ports(), ...changedPorts },
      {
        filter: { clientId: "client-1", until: clock.now(), ...filter },
        replayId: REPLAY_ID,
        resumes: false,
        to: "topic",
        ratePerSecond: 1000,
        maxBytes: 256 * 1024,
        retentionDays: 30,
        dryRun: false,
        confirm: async () => undefined,
        ...changes,
      },
    );
  /** Event ids that arrived on the client's queue, in order. */
  const arrived = (clientId = "client-1") => stack.delivered(clientId);
  return { clock, stack, journal, store, queue, replay, arrived, ports };
}

/** Messages on a client's queue of the model. */
export function messagesOf(stack: ModelStack, clientId: string, now: number) {
  return [...stack.model.queues.at(`${clientId}.fifo`, now).messages.values()];
}
