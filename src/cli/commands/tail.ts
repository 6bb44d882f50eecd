import type { CommandSpec } from "../command-spec.js";
import { assertComplete, readTailTask, type TailFlags } from "../tail-flags.js";
import { collect, readCount, readDuration, readSince } from "../values.js";

export const tailCommand: CommandSpec<TailFlags> = {
  name: "tail",
  summary: "watch what clients get, or what is rejected",
  description:
    "Watches clients' topics through a temporary subscription, which takes nothing from the clients and goes when the tail ends; or, with dlq, what is rejected. --since begins with what is stored and goes over to what is live with no gap and nothing twice. With --consume it takes from the client's own queue and acknowledges, as the client would. Off a terminal each event is one line of JSON. Ctrl-C ends it.",
  arguments: [{ name: "[client|dlq...]", description: "ids of clients, or dlq for what is rejected" }],
  options: [
    { flags: "--all", description: "every client, those that are added meanwhile too" },
    {
      flags: "--since <when>",
      description: "begin with what the queue took since, for instance 1h or 2026-11-21T10:00:00Z",
      parse: readSince,
    },
    { flags: "--no-follow", description: "with --since: end with what is stored" },
    {
      flags: "--filter <name=value>",
      description:
        "only those with this value in a field, an attribute or the payload; name!=value: without it, name~text: with this text in it (may be repeated)",
      parse: collect,
    },
    { flags: "--limit <n>", description: "end after this many", parse: readCount },
    {
      flags: "--timeout <time>",
      description: "end when nothing came for so long, for instance 30s",
      parse: readDuration,
    },
    {
      flags: "--consume",
      description: "take from the client's own queue and acknowledge",
      conflicts: ["all", "since", "filter"],
    },
    {
      flags: "--cleanup",
      description: "only remove the temporary subscriptions that tails left behind; those in use after a question",
      conflicts: ["all", "since", "filter", "limit", "timeout", "consume"],
    },
  ],
  examples: [
    { run: "evp tail client-1", does: "what client-1 gets from now on" },
    { run: "evp tail client-1 client-2 --since 1h", does: "what two clients got in the last hour, and get now" },
    { run: "evp tail --all --filter type=transaction", does: "every client's transactions" },
    { run: "evp tail client-1 --since 1d --no-follow --json", does: "what is stored, for another program" },
    { run: "evp tail client-1 --consume --limit 10 --json", does: "take ten events, as the client would" },
    { run: "evp tail dlq", does: "what is rejected, and why" },
    { run: "evp tail --cleanup", does: "remove what tails left behind" },
  ],
  stopsItself: "in-time",
  async run(invocation) {
    const task = readTailTask(invocation);
    const { readTailFilters, runTail } = await import("../tail-runs.js");
    const filters = await readTailFilters(invocation.flags);
    const { withStack } = await import("../stack-session.js");
    await withStack(invocation, { changes: true }, (session) => runTail(invocation, session, { task, filters }));
    assertComplete(invocation);
  },
};
