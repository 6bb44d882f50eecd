import type { TailFilter } from "../../app/tail/tail-filter.js";
import { EvpError } from "../../core/errors.js";
import type { CommandSpec, Invocation } from "../command-spec.js";
import type { StackSession } from "../stack-session.js";
import { collect, readCount, readDuration } from "../values.js";

export interface TailFlags {
  consume?: boolean;
  limit?: number;
  timeout?: number;
  filter?: string[];
}

const DEAD_LETTERS = "dlq";

export const tailCommand: CommandSpec<TailFlags> = {
  name: "tail",
  summary: "watch what a client gets, or what is rejected",
  description:
    "Watches a client's topic through a subscription of its own, which takes nothing from the client; or, with dlq, what is rejected from now on. With --consume it takes from the client's own queue and acknowledges, as the client would. Ctrl-C ends it.",
  arguments: [{ name: "<client|dlq>", description: "a client's id, or dlq for what is rejected" }],
  options: [
    { flags: "--consume", description: "take from the client's own queue and acknowledge" },
    { flags: "--limit <n>", description: "end after this many", parse: readCount },
    {
      flags: "--timeout <time>",
      description: "end when nothing came for so long, for instance 30s",
      parse: readDuration,
    },
    {
      flags: "--filter <name=value>",
      description: "only those with this value in a field, an attribute or the payload (may be repeated)",
      parse: collect,
    },
  ],
  examples: [
    { run: "evp tail client-1", does: "what client-1 gets from now on" },
    { run: "evp tail client-1 --filter type=transaction", does: "only its transactions" },
    { run: "evp tail client-1 --consume --limit 10 --json", does: "take ten events, as the client would" },
    { run: "evp tail dlq", does: "what is rejected, and why" },
  ],
  stopsItself: "in-time",
  async run(invocation) {
    const { withStack } = await import("../stack-session.js");
    const { parseTailFilter } = await import("../../app/tail/tail-filter.js");
    const { args, flags } = invocation;
    const filters = (flags.filter ?? []).map(parseTailFilter);
    await withStack(invocation, { changes: true }, async (session) => {
      if (args[0] === DEAD_LETTERS) await tailDlq(invocation, session, filters);
      else await tailOneClient(invocation, session, args[0] ?? "", filters);
    });
    assertComplete(invocation);
  },
};

async function tailOneClient(
  { context, flags, output, stop }: Invocation<TailFlags>,
  { connection }: StackSession,
  clientId: string,
  filters: TailFilter[],
): Promise<void> {
  const { tailClient } = await import("../../app/tail/tail-client.js");
  const { renderTailRecord } = await import("../../ui/plain/tail-record.js");
  const { clients, taps } = connection;
  const ports = { clients, taps, queue: (name: string) => connection.queue(name), clock: context.clock };
  const records = tailClient(ports, {
    clientId,
    consume: flags.consume,
    filters,
    limit: flags.limit,
    idleTimeoutMs: flags.timeout,
    signal: stop,
    onReady: () => output.note(`Watching ${clientId}; Ctrl-C ends it.`),
  });
  for await (const record of records) await output.record(record, renderTailRecord);
}

async function tailDlq(
  { context, flags, output, stop }: Invocation<TailFlags>,
  { connection }: StackSession,
  filters: TailFilter[],
): Promise<void> {
  if (flags.consume === true) {
    throw new EvpError("dead letters are not consumed", {
      code: "consume-refused",
      category: "usage",
      hint: "Use evp dlq redrive or evp dlq purge.",
    });
  }
  const { tailDeadLetters } = await import("../../app/tail/tail-dead-letters.js");
  const { renderDeadLetterLine } = await import("../../ui/plain/dead-letters.js");
  output.note("Watching what is rejected; Ctrl-C ends it.");
  const options = { filters, limit: flags.limit, idleTimeoutMs: flags.timeout, signal: stop };
  const letters = tailDeadLetters({ journal: connection.journal, clock: context.clock }, options);
  for await (const letter of letters) await output.record(letter, renderDeadLetterLine);
}

/** Without a bound, Ctrl-C is how a tail ends; with one, it was cut short. */
function assertComplete({ context, flags }: Invocation<TailFlags>): void {
  const hasBound = flags.limit !== undefined || flags.timeout !== undefined;
  if (!hasBound || !context.signals.stop.aborted) return;
  throw new EvpError("interrupted before its end", { code: "interrupted", category: "interrupted" });
}
