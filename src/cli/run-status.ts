import type { StackStatus } from "../app/status.js";
import { type StatusUpdate, watchStatus } from "../app/watch-status.js";
import { EvpError } from "../core/errors.js";
import type { Invocation } from "./command-spec.js";
import type { StatusFlags } from "./commands/status.js";
import { type StackSession, withStack } from "./stack-session.js";

/** `evp status`: once, or again and again until it is stopped. */
export async function runStatus(invocation: Invocation<StatusFlags>): Promise<void> {
  await withStack(invocation, { changes: false }, async (session) => {
    const everyMs = session.settings.target.kind === "local" ? LOCAL_REFRESH_MS : REFRESH_MS;
    const read = await statusReader(invocation, session);
    const updates = watchStatus(read, invocation.context.clock, everyMs);
    if (invocation.flags.watch !== true) await showOnce(invocation, updates);
    else if (isOnTerminal(invocation)) await watchLive(invocation, updates, everyMs);
    else await watchLines(invocation, updates);
  });
}

/** Each refresh takes a call for each of up to 40 clients' queues, and some more; elsewhere they cost money. */
const LOCAL_REFRESH_MS = 2_000;
const REFRESH_MS = 5_000;

async function statusReader(
  { context }: Invocation,
  { connection, settings }: StackSession,
): Promise<() => Promise<StackStatus>> {
  const { readStatus } = await import("../app/status.js");
  const { ClientDepths } = await import("../app/client-depths.js");
  const { ingress, deadLetters, clients, journal } = connection;
  const queue = (name: string) => connection.queue(name);
  const ports = { ingress, deadLetters, clients, journal, clock: context.clock, queue };
  const depths = new ClientDepths(ports);
  return () => readStatus(ports, { target: settings.target.name, stack: settings.stack }, depths);
}

/** A reader of stdout is to get lines, and not what somebody sees who watches stderr. */
function isOnTerminal({ context, output }: Invocation): boolean {
  return output.canAnimate && context.stdout.isTTY === true;
}

async function showOnce({ output, stop }: Invocation, updates: AsyncIterable<StatusUpdate>): Promise<void> {
  const { untilAborted } = await import("../app/send/until-aborted.js");
  for await (const update of untilAborted(updates, stop)) {
    if ("status" in update) return showStatus(output, update.status);
  }
  throw new EvpError("interrupted", { code: "interrupted", category: "interrupted" });
}

async function watchLive(
  { context, output, stop }: Invocation,
  updates: AsyncIterable<StatusUpdate>,
  everyMs: number,
): Promise<void> {
  const { untilAborted } = await import("../app/send/until-aborted.js");
  const { openStatusView } = await import("../ui/live/index.js");
  const { stdin, stderr, clock } = context;
  const quit = new AbortController();
  const keys = stdin.isTTY === true ? stdin : undefined;
  const { isColourWanted } = output;
  const view = openStatusView({ stderr, keys, now: clock.now, everyMs, isColourWanted, quit: () => quit.abort() });
  let last: StackStatus | undefined;
  try {
    for await (const update of untilAborted(updates, AbortSignal.any([stop, quit.signal]))) {
      if ("status" in update) last = update.status;
      view.show(update);
    }
  } finally {
    await view.close();
  }
  if (last !== undefined) await showStatus(output, last);
}

async function watchLines({ output, stop }: Invocation, updates: AsyncIterable<StatusUpdate>): Promise<void> {
  const { untilAborted } = await import("../app/send/until-aborted.js");
  const { renderStatusLine } = await import("../ui/plain/status-line.js");
  for await (const update of untilAborted(updates, stop)) {
    if ("status" in update) await output.record(update.status, renderStatusLine);
    else output.warn(update.problem);
  }
}

async function showStatus(output: Invocation["output"], status: StackStatus): Promise<void> {
  const { renderStatus } = await import("../ui/plain/status.js");
  await output.result(status, renderStatus);
}
