import type { ClientRegistry } from "../ports/client-registry.js";
import type { Clock } from "../ports/clock.js";
import type { Journal } from "../ports/journal.js";
import type { Queue, QueueDepth } from "../ports/queue.js";
import { type BlockedView, readBlocked } from "./blocked-status.js";
import { ClientDepths, type ClientStatus } from "./client-depths.js";
import { controlCall } from "./control-calls.js";
import { type ProcessorView, toProcessorView } from "./processor-reports/processor-view.js";
import { type StatusWarning, statusWarnings } from "./status-warnings.js";

export interface StatusPorts {
  ingress: Pick<Queue, "depth">;
  deadLetters: Pick<Queue, "depth">;
  clients: Pick<ClientRegistry, "list">;
  journal: Pick<Journal, "blockedGroups" | "processors" | "read">;
  queue: (name: string) => Pick<Queue, "depth">;
  clock: Clock;
}

/** The document of `evp status --json`. */
export interface StackStatus {
  target: string;
  stack: string;
  ingress: QueueDepth;
  dlq: QueueDepth;
  clients: ClientStatus[];
  /** Groups that wait for an operator, those that have waited longest first. */
  blocked: BlockedView[];
  /** Processors that have said how they are within the last minute, the longest running first. */
  processors: ProcessorView[];
  warnings: StatusWarning[];
}

/**
 * How full each queue of the stack is, what is blocked, and who processes. Counts are approximate on AWS ("GetQueueAttributes").
 * @param depths - whoever asks again and again keeps what is known of the clients' queues
 */
export async function readStatus(
  ports: StatusPorts,
  stack: { target: string; stack: string },
  depths = new ClientDepths(ports),
): Promise<StackStatus> {
  const { clock, journal } = ports;
  const [ingress, dlq, records, blocked, reports] = await Promise.all([
    controlCall(clock, () => ports.ingress.depth()),
    controlCall(clock, () => ports.deadLetters.depth()),
    controlCall(clock, () => ports.clients.list()),
    readBlocked(ports),
    controlCall(clock, () => journal.processors(clock.now())),
  ]);
  records.sort((one, other) => (one.clientId < other.clientId ? -1 : 1));
  const clients = await depths.look(records);
  reports.sort((one, other) => one.startedAt - other.startedAt);
  const warnings = statusWarnings(ingress, reports, clock.now());
  return { ...stack, ingress, dlq, clients, blocked, processors: reports.map(toProcessorView), warnings };
}
