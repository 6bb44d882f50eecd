import type { ClientRecord } from "../../core/client.js";
import type { Settings } from "../../core/settings.js";
import { FINDING_KINDS } from "../../core/verify-findings.js";
import type { StackConnection } from "../../ports/stack-connection.js";
import { findClient } from "../client.js";
import { controlCall } from "../control-calls.js";
import { checkDeadLetters } from "./check-dead-letters.js";
import { type CheckedClient, checkEvents, type LostEvent } from "./check-events.js";
import { checkTopics } from "./check-topics.js";
import { FindingsList } from "./findings-list.js";
import { type RepairPorts, repairableEvents, repairEvents } from "./repair-events.js";
import type { VerifyReport } from "./verify-report.js";

export { type VerifyReport, verifyProblem } from "./verify-report.js";

export interface VerifyPorts extends Pick<RepairPorts, "triage" | "clock" | "holder"> {
  connection: Pick<
    StackConnection,
    "journal" | "ingress" | "deadLetters" | "clients" | "publisher" | "provisioner" | "identity"
  >;
}

export interface VerifyOptions {
  /** Only this client; else every one that is registered. */
  clientId?: string | undefined;
  /** Only events that the queue took since then, and rejections since then; ms since 1970. */
  since?: number | undefined;
  /** Look at each message of the DLQ. */
  deep: boolean;
  /**
   * Publish what was accepted and never published, once this resolves; it is told how many that are, and throws to leave everything
   * as it is. undefined: nothing is repaired.
   */
  confirmRepair?: ((events: number, late: number) => Promise<void>) | undefined;
  onProgress: (text: string) => void;
  signal?: AbortSignal | undefined;
}

/** How often progress is told: each so many events. */
const PROGRESS_EVERY = 500;

/**
 * Holds what was accepted against what was published, and what was rejected against the DLQ. Bodies go by and are not kept: memory grows
 * with the number of groups and of findings alone.
 * @throws EvpError (not-found) for a client that is not registered; CallError when a service cannot be reached
 */
export async function verifyStack(
  ports: VerifyPorts,
  settings: Settings,
  options: VerifyOptions,
): Promise<VerifyReport> {
  const { clock } = ports;
  const { signal } = options;
  const startedAt = clock.monotonic();
  const findings = new FindingsList();
  const lost: LostEvent[] = [];
  const clients = await chooseClients(ports, options.clientId);
  await checkTopics(ports, settings, clients, findings);
  const checked = await checkClients(ports, clients, findings, { ...options, onLost: (event) => lost.push(event) });
  options.onProgress("Looking at the dead letters");
  const { clientId, since = 0, deep } = options;
  const rejections = signal?.aborted
    ? 0
    : await checkDeadLetters(deadLetterPorts(ports), findings, { clientId, since, deep, signal });
  const durationMs = Math.round(clock.monotonic() - startedAt);
  const repairable = await repairableEvents(repairPorts(ports), lost);
  const repaired = signal?.aborted ? 0 : await repair(ports, repairable, options);
  findings.findings.sort((one, other) => FINDING_KINDS.indexOf(one.kind) - FINDING_KINDS.indexOf(other.kind));
  return {
    checked: checked.reduce((sum, client) => sum + client.checked, 0),
    rejections,
    clients: checked,
    findings: findings.findings,
    findingsLeftOut: findings.leftOut,
    repaired,
    repairable: repairable.length,
    durationMs,
    interrupted: signal?.aborted === true,
  };
}

async function chooseClients(
  { connection, clock }: VerifyPorts,
  clientId: string | undefined,
): Promise<ClientRecord[]> {
  const { clients } = connection;
  if (clientId !== undefined) return [await controlCall(clock, () => findClient(clients, clientId))];
  const records = await controlCall(clock, () => clients.list());
  return records.sort((one, other) => (one.clientId < other.clientId ? -1 : 1));
}

async function checkClients(
  { connection: { journal }, clock }: VerifyPorts,
  clients: ClientRecord[],
  findings: FindingsList,
  { since = 0, onProgress, onLost, signal }: VerifyOptions & { onLost: (lost: LostEvent) => void },
): Promise<CheckedClient[]> {
  const checked: CheckedClient[] = [];
  let events = 0;
  const onEvent = () => {
    events += 1;
    if (events % PROGRESS_EVERY === 0) onProgress(`Looking at the events: ${events}`);
  };
  for (const client of clients) {
    if (signal?.aborted === true) break;
    const options = { client, since, onLost, onProgress: onEvent, signal };
    checked.push(await checkEvents({ journal, clock }, findings, options));
  }
  return checked;
}

async function repair(ports: VerifyPorts, repairable: LostEvent[], options: VerifyOptions): Promise<number> {
  const { confirmRepair, onProgress, signal } = options;
  if (confirmRepair === undefined || repairable.length === 0) return 0;
  await confirmRepair(repairable.length, repairable.filter(({ wasPassed }) => wasPassed).length);
  return repairEvents(repairPorts(ports), repairable, { onProgress, signal });
}

function deadLetterPorts({ connection: { journal, deadLetters }, clock }: VerifyPorts) {
  return { journal, deadLetters, clock };
}

function repairPorts({ connection, triage, clock, holder }: VerifyPorts): RepairPorts {
  const { journal, ingress, clients, publisher } = connection;
  return { journal, ingress, clients, publisher, triage, clock, holder };
}
