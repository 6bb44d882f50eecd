import { EvpError } from "../../core/errors.js";
import { changesBetween, type JsonChange, recordOfChanges } from "../../core/json-changes.js";
import { type PlannedRedrive, planRedrive } from "../../core/redrive.js";
import { withLock } from "./exclusive.js";
import { exclusivePorts } from "./exclusive-ports.js";
import { type FindPorts, findLetter } from "./find-letter.js";
import { type Candidate, examineLetter, judgeLetters } from "./judge-letters.js";
import type { RedrivePorts } from "./redrive-dead-letters.js";
import { RedriveRun, type Task } from "./redrive-run.js";
import { isCut } from "./visit-letters.js";

export type FixPorts = RedrivePorts & FindPorts;

export interface FixOptions {
  /** Message id, or the event id of one letter. */
  id: string;
  /** Makes the copy; it gets the body as it is. */
  edit: (body: string) => Promise<string>;
  /** Only what would be sent: nothing is sent, written or deleted. */
  dryRun?: boolean | undefined;
  /** Send the copy also when it would be rejected again, or the event was redriven more than 3 times. */
  force?: boolean | undefined;
  /** Days the journal remembers what was redriven. */
  retentionDays: number;
  /** Told what would be sent, before it is asked for or refused. */
  onPlanned?: ((fix: PlannedFix) => Promise<void>) | undefined;
  /** Asked before the copy is sent; it throws to leave everything as it is. */
  confirm?: (() => Promise<void>) | undefined;
  signal?: AbortSignal | undefined;
}

/** A mended copy and what would become of it. */
export interface PlannedFix extends PlannedRedrive {
  /** What was changed, value by value; `before` and `after` are JSON texts, so that no digit is lost. */
  changes: JsonChange[];
  /** The body as it was rejected, and the copy's. */
  original: string;
  body: string;
}

/** The document of `evp dlq fix --json`. */
export interface FixReport extends PlannedFix {
  redriven: boolean;
  /** Message id of the copy on the ingress queue. */
  sentAs: string | null;
  /** Why it could not be sent, recorded or deleted from the DLQ. */
  error: string | null;
  dryRun: boolean;
}

/**
 * Sends an edited copy of a dead letter through the front door, by the rules of a redrive: in the original group, recorded, and only then is the
 * letter deleted. The journal keeps the original as it was rejected, and what was changed.
 * @throws EvpError (not-found) · (usage) when the id is that of several letters · (failed) when nothing was changed
 */
export async function fixDeadLetter(ports: FixPorts, options: FixOptions): Promise<FixReport> {
  const { found, others } = await findLetter(ports, options.id, options.signal);
  const { letter } = found;
  if (others.length > 0 && letter.messageId !== options.id)
    throw severalLetters(options.id, [letter.messageId, ...others]);
  if (isCut(found)) throw bodyMissing(letter.messageId);
  const body = await options.edit(letter.body);
  if (body === letter.body) throw unchanged(letter.messageId);
  const changes = changesBetween(letter.body, body);
  const copy = { body, changes: recordOfChanges(changes) };
  const judgeAndSend = async (locked: RedrivePorts) => {
    const [candidate] = await judgeLetters(locked, [examineLetter(locked, found, copy)], options.signal);
    if (candidate === undefined) throw new Error("one letter was judged");
    return send(locked, options, candidate, { changes, original: letter.body, body });
  };
  if (options.dryRun === true) return judgeAndSend(ports);
  return withLock(ports, "redrive", ports.holder, options.signal, (exclusive) =>
    judgeAndSend(exclusivePorts(ports, exclusive)),
  );
}

type Difference = Pick<PlannedFix, "changes" | "original" | "body">;

async function send(
  ports: RedrivePorts,
  options: FixOptions,
  candidate: Candidate,
  difference: Difference,
): Promise<FixReport> {
  const [planned] = planRedrive([candidate], { force: options.force === true, limit: 1 });
  if (planned === undefined) throw new Error("a plan of one letter has a line for it");
  const dryRun = options.dryRun === true;
  await options.onPlanned?.({ ...planned, ...difference });
  const none = { redriven: false, sentAs: null, error: null, dryRun };
  if (dryRun || planned.action !== "send") return { ...planned, ...difference, ...none };
  await options.confirm?.();
  const run = new RedriveRun(ports, options);
  const task: Task = { planned, candidate, bodyBytes: candidate.bodyBytes };
  await run.carryOut([task]);
  const error = run.failed[0]?.error ?? null;
  return { ...planned, ...difference, redriven: run.redriven === 1, sentAs: task.sentAs ?? null, error, dryRun };
}

function severalLetters(eventId: string, messageIds: string[]): EvpError {
  return new EvpError(`the event ${eventId} has ${messageIds.length} dead letters`, {
    code: "dead-letter-unclear",
    category: "usage",
    hint: `Name one by its message id: ${messageIds.join(", ")}`,
  });
}

function bodyMissing(messageId: string): EvpError {
  return new EvpError(`the whole body of ${messageId} is not on the DLQ`, {
    code: "not-on-dlq",
    category: "findings",
    hint: "Another program may hold it for the moment; if the next run says the same, it was deleted.",
    retryable: true,
  });
}

function unchanged(messageId: string): EvpError {
  return new EvpError("nothing was changed, and nothing was sent", {
    code: "unchanged",
    category: "failed",
    hint: `To send it as it is: evp dlq redrive --id ${messageId}`,
  });
}

/** The error a command ends with after it has shown the report, or undefined when the copy was sent, or would be. */
export function fixProblem(report: FixReport): EvpError | undefined {
  const { redriven, error, verdict, detail, action, dryRun } = report;
  if (redriven) return undefined;
  if (error !== null) {
    return new EvpError(`the copy is not dealt with to the end: ${error}`, {
      code: "fix-incomplete",
      category: "partly-done",
      hint: "Run the same command again: it goes on where this one stopped.",
      retryable: true,
    });
  }
  if (action === "send") return dryRun ? undefined : interrupted();
  return new EvpError(`the copy was not sent: ${detail ?? verdict}`, {
    code: verdict,
    category: "findings",
    hint: HINTS[verdict] ?? "evp why tells what became of the event.",
  });
}

const HINTS: Partial<Record<PlannedRedrive["verdict"], string>> = {
  "still-invalid": "Change what is left as well, or send it all the same with --force.",
  "too-many-redrives": "Send it all the same with --force.",
};

function interrupted(): EvpError {
  return new EvpError("interrupted; the dead letter is where it was", {
    code: "interrupted",
    category: "interrupted",
    hint: "Run the same command again.",
    retryable: true,
  });
}
