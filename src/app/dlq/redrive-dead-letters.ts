import { isEvpError } from "../../core/errors.js";
import type { Examine } from "../../core/examine.js";
import { type PlannedRedrive, planRedrive } from "../../core/redrive.js";
import { isCallError } from "../../ports/call.js";
import type { ClientRegistry } from "../../ports/client-registry.js";
import type { Clock } from "../../ports/clock.js";
import type { Journal } from "../../ports/journal.js";
import type { Queue } from "../../ports/queue.js";
import type { DeadLetterFilter } from "./dead-letter.js";
import { withLock } from "./exclusive.js";
import { exclusivePorts } from "./exclusive-ports.js";
import { gatherCandidates } from "./gather-candidates.js";
import type { Candidate } from "./judge-letters.js";
import type { RedriveReport } from "./redrive-report.js";
import { RedriveRun, type Task } from "./redrive-run.js";

export type { PlannedRedrive } from "../../core/redrive.js";
export { type RedriveReport, redriveProblem } from "./redrive-report.js";

export interface RedrivePorts {
  ingress: Pick<Queue, "send">;
  deadLetters: Pick<Queue, "receive" | "delete" | "changeVisibility" | "depth">;
  journal: Pick<Journal, "rejections" | "read" | "write" | "hasNewer" | "takeLock" | "giveLock">;
  clients: Pick<ClientRegistry, "get">;
  /** With schemas: judges whether an event would pass now. */
  examine: Examine;
  clock: Clock;
  /** A name for this run that no other has. */
  holder: string;
}

export interface RedriveOptions {
  filter: DeadLetterFilter;
  /** Letters sent or deleted at most. */
  limit?: number | undefined;
  ratePerSecond?: number | undefined;
  /** Only the plan: nothing is sent, written or deleted. */
  dryRun?: boolean | undefined;
  /** Send also what is still invalid, and what was redriven more than 3 times. */
  force?: boolean | undefined;
  /** Days the journal remembers what was redriven. */
  retentionDays: number;
  /** Asked with the plan before anything is sent or deleted; it throws to leave everything as it is. */
  confirm?: ((plan: PlannedRedrive[], hidden: number) => Promise<void>) | undefined;
  /** Told after each batch. `planned`: letters to send, as far as is known */
  onProgress?: ((redriven: number, planned: number) => void) | undefined;
  /** Stops after the batch in the air. */
  signal?: AbortSignal | undefined;
}

/**
 * Sends dead letters through the front door again, in their original group and order. An interrupted run is run again safely:
 * what was sent is recorded before it is deleted, and what was sent and not recorded is dropped by the queue's deduplication,
 * or recorded as a duplicate.
 * @throws EvpError (failed, retryable) while another redrive of this stack runs
 * @throws CallError when a service cannot be reached and nothing was redriven
 */
export function redriveDeadLetters(ports: RedrivePorts, options: RedriveOptions): Promise<RedriveReport> {
  if (options.dryRun === true) return planAndRun(ports, options);
  return withLock(ports, "redrive", ports.holder, options.signal, (exclusive) =>
    planAndRun(exclusivePorts(ports, exclusive), options),
  );
}

async function planAndRun(ports: RedrivePorts, options: RedriveOptions): Promise<RedriveReport> {
  const isInterrupted = () => options.signal?.aborted === true;
  const dryRun = options.dryRun === true;
  const run = new RedriveRun(ports, options);
  const told: Round = { plan: [], matched: 0, hidden: 0, tasks: [] };
  for (let isFirst = true; ; isFirst = false) {
    const done = run.redriven + run.deleted;
    const round = await planRound(ports, options, told, done);
    told.plan.push(...round.plan);
    told.matched += round.matched;
    told.hidden = round.hidden;
    if (dryRun || isInterrupted() || round.tasks.length === 0) break;
    if (isFirst) await options.confirm?.(told.plan, told.hidden);
    await carryOut(run, round.tasks);
    const isProgress = run.redriven + run.deleted > done;
    if (told.hidden === 0 || !isProgress || run.failed.length > 0 || isInterrupted()) break;
  }
  const { redriven, deleted, failed } = run;
  const { plan, matched, hidden } = told;
  return { matched, redriven, deleted, ...countPlan(plan), failed, hidden, interrupted: isInterrupted(), dryRun };
}

/** What is known of the letters: of those that are seen at once, or of all so far. */
interface Round {
  plan: PlannedRedrive[];
  matched: number;
  /** Still behind others in their groups. */
  hidden: number;
  tasks: Task[];
}

/** Plans what the DLQ shows now. After the first round, only what came forward when the letters ahead of it were gone. */
async function planRound(ports: RedrivePorts, options: RedriveOptions, told: Round, done: number): Promise<Round> {
  const gathered = await gatherCandidates(ports, options.filter, options.signal);
  const known = new Set(told.plan.map(({ messageId }) => messageId));
  const isNew = ({ origin, messageId }: Candidate) => known.size === 0 || (origin === "queue" && !known.has(messageId));
  const candidates = gathered.candidates.filter(isNew);
  const limit = (options.limit ?? Number.POSITIVE_INFINITY) - done;
  const plan = planRedrive(candidates, { force: options.force === true, limit });
  return { plan, matched: candidates.length, hidden: gathered.hidden, tasks: toTasks(plan, candidates) };
}

async function carryOut(run: RedriveRun, tasks: Task[]): Promise<void> {
  try {
    await run.carryOut(tasks);
  } catch (error) {
    // What was done is told, whatever ended it: a service that is gone, or a lock that somebody else has taken.
    if (!(isCallError(error) || isEvpError(error)) || run.redriven + run.deleted === 0) throw error;
    run.failed.push({ messageId: "", error: error.message });
  }
}

function toTasks(plan: PlannedRedrive[], candidates: Candidate[]): Task[] {
  const byId = new Map(candidates.map((candidate) => [candidate.messageId, candidate]));
  return plan.flatMap((planned): Task[] => {
    const candidate = byId.get(planned.messageId);
    if (candidate === undefined || planned.action === "skip") return [];
    return [{ planned, candidate, bodyBytes: candidate.bodyBytes }];
  });
}

function countPlan(plan: PlannedRedrive[]): Pick<RedriveReport, "plan" | "skipped" | "stillInvalid"> {
  const skipped = plan.filter(({ action }) => action === "skip");
  const stillInvalid = skipped.filter(({ verdict }) => verdict === "still-invalid").length;
  return { plan, skipped: skipped.length, stillInvalid };
}
