import { InvalidArgumentError } from "commander";
import { isReplayId } from "../../core/replay-id.js";
import type { CommandSpec } from "../command-spec.js";
import { collect, readRate, readSince, type Since } from "../values.js";

export interface ReplayFlags {
  client?: string;
  from?: Since;
  to?: Since;
  type?: string;
  id?: string[];
  toQueue?: boolean;
  rate?: number;
  resume?: string;
  dryRun?: boolean;
}

/** A client that reads one event at a time keeps up with so much. */
export const DEFAULT_RATE_PER_SECOND = 100;

export const replayCommand: CommandSpec<ReplayFlags> = {
  name: "replay",
  summary: "send stored events to one client once more",
  description:
    "Sends events that a client got before to it once more, in their original order, byte for byte, marked with the attribute evp-replay. It shows a plan first and asks. What the client may not have now is left out. An interrupted replay is gone on with by --resume.",
  options: [
    { flags: "--client <id>", description: "whose events (needed)" },
    {
      flags: "--from <time>",
      description: "only events that the queue took since then, for instance 2h or 2026-11-21T10:00:00Z",
      parse: readSince,
    },
    {
      flags: "--to <time>",
      description: "only events that the queue took before then (default: now)",
      parse: readSince,
    },
    { flags: "--type <name>", description: "only events of this type" },
    { flags: "--id <id>", description: "only this event id (may be repeated)", parse: collect },
    {
      flags: "--to-queue",
      description: "to the client's own queue instead of its topic: no other subscriber sees them",
    },
    {
      flags: "--rate <n/s>",
      description: `events a second at most, for instance 20/s (default: ${DEFAULT_RATE_PER_SECOND}/s)`,
      parse: readRate,
    },
    {
      flags: "--resume <replay-id>",
      description: "go on with an interrupted replay, given the same filters",
      parse: readReplayId,
    },
    { flags: "--dry-run", description: "only the plan: how many, which, how long, what it costs" },
  ],
  examples: [
    { run: "evp replay --client client-1 --from 2h --dry-run", does: "see what the last two hours would be" },
    { run: "evp replay --client client-1 --from 2h", does: "send them, after a question" },
    { run: "evp replay --client client-1 --type transaction --rate 20/s --yes", does: "all of a type, slowly" },
    { run: "evp replay --client client-1 --id order-17 --to-queue", does: "one event, past the topic" },
  ],
  stopsItself: "in-time",
  async run(invocation) {
    const { runReplay } = await import("../run-replay.js");
    await runReplay(invocation);
  },
};

function readReplayId(text: string): string {
  if (isReplayId(text)) return text;
  throw new InvalidArgumentError("Expected the id of a replay, for instance 20261121-103000-1c9e4f.");
}
