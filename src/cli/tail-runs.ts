import type { TailFilter } from "../app/tail/tail-filter.js";
import type { TailPorts } from "../app/tail/tail-ports.js";
import { isEvpError } from "../core/errors.js";
import type { Style } from "../ui/style.js";
import type { Invocation } from "./command-spec.js";
import { confirm } from "./confirm.js";
import { createEnvelopeExaminer } from "./event-check.js";
import type { StackSession } from "./stack-session.js";
import type { TailFlags, TailTask } from "./tail-flags.js";
import { toInstant } from "./values.js";

type TailInvocation = Invocation<TailFlags>;

/** @throws EvpError (usage) for one that is no filter */
export async function readTailFilters({ filter = [] }: TailFlags): Promise<TailFilter[]> {
  const { parseTailFilter } = await import("../app/tail/tail-filter.js");
  return filter.map(parseTailFilter);
}

/** Does what a command line of `evp tail` asks for. */
export async function runTail(
  invocation: TailInvocation,
  session: StackSession,
  { task, filters }: { task: TailTask; filters: TailFilter[] },
): Promise<void> {
  switch (task.kind) {
    case "clients":
      return runClients(invocation, session, task, filters);
    case "consume":
      return runConsume(invocation, session, task);
    case "dlq":
      return runDlq(invocation, session, filters);
    case "cleanup":
      return runCleanUp(invocation, session);
  }
}

async function runClients(
  invocation: TailInvocation,
  session: StackSession,
  { choice }: Extract<TailTask, { kind: "clients" }>,
  filters: TailFilter[],
): Promise<void> {
  const { context, flags, output, stop } = invocation;
  const { tailClients } = await import("../app/tail/tail-clients.js");
  const { isWarning, tailNoticeText } = await import("../ui/plain/tail-notice.js");
  const records = tailClients(await portsOf(invocation, session, filters), {
    choice,
    topicPattern: session.settings.names.topicOf("*"),
    since: toInstant(flags.since, context.clock.now()),
    follow: flags.follow !== false,
    filters,
    limit: flags.limit,
    idleTimeoutMs: flags.timeout,
    signal: stop,
    tell: (notice) => (isWarning(notice) ? output.warn : output.note)(tailNoticeText(notice)),
  });
  const render = await recordRenderer(invocation, session);
  for await (const record of records) await output.record(record, render);
}

async function runConsume(
  invocation: TailInvocation,
  session: StackSession,
  { clientId }: Extract<TailTask, { kind: "consume" }>,
): Promise<void> {
  const { context, flags, output, stop } = invocation;
  const { connection } = session;
  const { consumeClient } = await import("../app/tail/consume-client.js");
  const ports = { clients: connection.clients, queue: connection.queue, clock: context.clock };
  const records = consumeClient(ports, { clientId, limit: flags.limit, idleTimeoutMs: flags.timeout, signal: stop });
  output.note(`Taking from ${clientId}'s own queue; Ctrl-C ends it.`);
  const render = await recordRenderer(invocation, session);
  for await (const record of records) await output.record(record, render);
}

async function runDlq(invocation: TailInvocation, { connection }: StackSession, filters: TailFilter[]): Promise<void> {
  const { context, flags, output, stop } = invocation;
  const { tailDeadLetters } = await import("../app/tail/tail-dead-letters.js");
  const { renderDeadLetterLine } = await import("../ui/plain/dead-letters.js");
  const { clock } = context;
  const letters = tailDeadLetters(
    { journal: connection.journal, clock },
    {
      since: toInstant(flags.since, clock.now()),
      follow: flags.follow !== false,
      filters,
      limit: flags.limit,
      idleTimeoutMs: flags.timeout,
      signal: stop,
    },
  );
  if (flags.follow !== false) output.note("Watching what is rejected; Ctrl-C ends it.");
  const render = await onTerminal(invocation, renderDeadLetterLine);
  for await (const letter of letters) await output.record(letter, render);
}

async function runCleanUp(invocation: TailInvocation, { connection }: StackSession): Promise<void> {
  const { context, output } = invocation;
  const { cleanUpTaps } = await import("../app/tail/clean-up-taps.js");
  const { keptTapText, renderCleanUpReport } = await import("../ui/plain/clean-up-report.js");
  const { taps, clients } = connection;
  const report = await cleanUpTaps({ taps, clients, clock: context.clock }, async (others) => {
    for (const tap of others) output.warn(keptTapText(tap));
    return mayRemove(invocation, others.length);
  });
  await output.result(report, renderCleanUpReport);
}

/** Where nobody can be asked, what may be in use stays. */
async function mayRemove(invocation: TailInvocation, count: number): Promise<boolean> {
  const { context, globals } = invocation;
  const canAsk = globals.input && context.stdin.isTTY === true && context.stderr.isTTY === true;
  if (globals.yes !== true && !canAsk) return false;
  try {
    await confirm(invocation, `Remove ${count === 1 ? "it" : `all ${count}`} too? A tail that uses one would end.`);
    return true;
  } catch (error) {
    if (isEvpError(error) && error.code === "declined") return false;
    throw error;
  }
}

async function portsOf(
  { context }: TailInvocation,
  { connection, settings }: StackSession,
  filters: TailFilter[],
): Promise<TailPorts> {
  const { clients, taps, journal } = connection;
  const { publishedAttributes } = await import("../app/tail/published-attributes.js");
  const read = eventReader(settings);
  const examine = await triageExaminer();
  return {
    clients,
    taps,
    journal,
    clock: context.clock,
    clientOf: (body) => read(body)?.clientId,
    attributesOf: (event) => publishedAttributes(event, examine),
  };

  /** The schemas are read only where a filter may ask for what triage adds. */
  async function triageExaminer() {
    if (filters.length === 0 || settings.triage.length === 0) return undefined;
    const { createStackExaminer } = await import("./stack-examiner.js");
    return createStackExaminer(settings, context.cwd);
  }
}

/** Reads a body by the stack's mapping; undefined where it is no event. */
function eventReader(settings: StackSession["settings"]) {
  const examine = createEnvelopeExaminer(settings);
  return (body: string) => {
    const examined = examine({ body, attributes: {}, receivedAt: 0 });
    return examined.ok ? examined.event : undefined;
  };
}

async function recordRenderer(invocation: TailInvocation, { settings }: StackSession) {
  const { tailRecordRenderer } = await import("../ui/plain/tail-record.js");
  return onTerminal(invocation, tailRecordRenderer(eventReader(settings)));
}

/** A record as people read it where somebody watches, and a line of JSON for whatever program reads it otherwise. */
async function onTerminal<Item>(
  { context }: TailInvocation,
  render: (item: Item, style: Style) => string,
): Promise<(item: Item, style: Style) => string> {
  if (context.stdout.isTTY === true) return render;
  const { jsonLine } = await import("../ui/json.js");
  return jsonLine;
}
