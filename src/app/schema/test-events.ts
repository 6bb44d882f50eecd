import { EvpError } from "../../core/errors.js";
import type { Examine } from "../../core/examine.js";
import { type LocatedViolation, locateViolations } from "../../core/located-violations.js";
import type { Reason } from "../../core/outcome.js";
import type { Clock } from "../../ports/clock.js";
import type { SourceItem } from "../send/split-events.js";

/** The document of `evp schema test --json`. */
export interface SchemaTestReport {
  /** The file, `stdin`, or the fixture. */
  source: string;
  /** What `line` of an event counts: lines of the file, or events of the fixture. */
  countedBy: "line" | "event";
  checked: number;
  passed: number;
  failed: number;
  events: TestedEvent[];
}

/** An event and what the processor would say of it. What its envelope does not tell is null. */
export interface TestedEvent {
  /** The line on which it begins, or its place in the fixture, from 1. */
  line: number;
  eventId: string | null;
  clientId: string | null;
  type: string | null;
  version: string | null;
  passes: boolean;
  /** `unreadable`: it is no text that a queue would take. */
  reason?: Reason | "unreadable";
  detail?: string;
  violations?: LocatedViolation[];
}

export interface SchemaTestOptions {
  /** What the events come from, as the reader named it. */
  source: string;
  countedBy: "line" | "event";
  examine: Examine;
  clock: Pick<Clock, "now">;
  /** Keep those that pass as well; off for long files, of which only the failures are told. */
  keepPassing: boolean;
}

/**
 * Judges events as the processor would, by what they are themselves; nobody is asked whether their clients may have them.
 * @throws EvpError (usage) when there are none
 */
export async function testEvents(
  items: AsyncIterable<SourceItem> | Iterable<SourceItem>,
  { source, countedBy, examine, clock, keepPassing }: SchemaTestOptions,
): Promise<SchemaTestReport> {
  const report: SchemaTestReport = { source, countedBy, checked: 0, passed: 0, failed: 0, events: [] };
  for await (const item of items) {
    const event = testEvent(item, examine, clock.now());
    report.checked += 1;
    if (event.passes) report.passed += 1;
    else report.failed += 1;
    if (!event.passes || keepPassing) report.events.push(event);
  }
  if (report.checked > 0) return report;
  throw new EvpError(`${source} holds no event`, {
    code: "nothing-to-test",
    category: "usage",
    hint: "Expected one JSON document a line, or one JSON array.",
  });
}

function testEvent(item: SourceItem, examine: Examine, now: number): TestedEvent {
  const { line } = item;
  if ("problem" in item) {
    return { line, ...UNKNOWN, passes: false, reason: "unreadable", detail: item.problem, violations: [] };
  }
  const examined = examine({ body: item.text, attributes: {}, receivedAt: now });
  const envelope = examined.ok ? examined.event : examined.envelope;
  const { id: eventId = null, clientId = null, type = null, version = null } = envelope;
  const known = { line, eventId, clientId, type, version };
  if (examined.ok) return { ...known, passes: true };
  const { reason, detail } = examined.rejection;
  return { ...known, passes: false, reason, detail, violations: locateViolations(detail, item.text) };
}

const UNKNOWN = { eventId: null, clientId: null, type: null, version: null };

/** The failure that the command ends with; nothing where all passed. */
export function schemaTestProblem({ checked, failed }: SchemaTestReport): EvpError | undefined {
  if (failed === 0) return undefined;
  return new EvpError(`${failed} of ${checked} events would be rejected`, {
    code: "events-invalid",
    category: "findings",
    hint: "Mend the events, or the schema: evp schema list tells its file.",
  });
}
