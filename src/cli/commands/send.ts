import type { SendSource } from "../../app/send/send-events.js";
import { EvpError } from "../../core/errors.js";
import type { CommandSpec, Invocation } from "../command-spec.js";
import type { StackSession } from "../stack-session.js";
import { collect, readCount, readDuration, readRate } from "../values.js";

export interface SendFlags {
  fixture?: string;
  client?: string;
  type?: string;
  count?: number;
  rate?: number;
  duration?: number;
  set?: string[];
  wait?: boolean;
  timeout?: number;
  skipInvalid?: boolean;
  raw?: boolean;
  resend?: boolean;
}

const DEFAULT_WAIT_MS = 60_000;

export const sendCommand: CommandSpec<SendFlags> = {
  name: "send",
  summary: "send events: a fixture, a file, or stdin",
  description:
    "Sends events onto the ingress queue: a fixture by name, or the events of a file or of stdin (-), one JSON document a line or one JSON array. A file is checked whole before anything is sent; stdin is sent line by line.",
  arguments: [{ name: "[file]", description: "file of events, or - for stdin" }],
  options: [
    { flags: "--fixture <name>", description: "a case from the fixtures, for instance valid, invalid or duplicate" },
    { flags: "--client <id>", description: "only this client's events; a fixture without any is sent in its name" },
    { flags: "--type <name>", description: "only events of this type" },
    {
      flags: "--count <n>",
      description: "send this many events in all, repeating the source with fresh ids",
      parse: readCount,
    },
    { flags: "--rate <n/s>", description: "events a second, for instance 20/s", parse: readRate },
    {
      flags: "--duration <time>",
      description: "repeat the source with fresh ids for so long, for instance 30s",
      parse: readDuration,
    },
    {
      flags: "--set <pointer=value>",
      description: "change a field of every event, for instance /payload/amount=5 (may be repeated)",
      parse: collect,
    },
    {
      flags: "--wait",
      description: "wait until the outcome of every event is known, and check it against the fixture",
    },
    {
      flags: "--timeout <time>",
      description: "how long --wait waits after the last event (default: 60s)",
      parse: readDuration,
    },
    { flags: "--skip-invalid", description: "leave broken lines out instead of refusing the file", conflicts: ["raw"] },
    { flags: "--raw", description: "send broken lines too, as they are" },
    {
      flags: "--resend",
      description: "a fresh deduplication id for each event, so that the queue drops none it has just seen",
    },
  ],
  examples: [
    { run: "evp send --fixture valid", does: "one event of each type" },
    { run: "evp send --fixture duplicate --wait", does: "and say what became of it" },
    { run: "evp send --fixture valid --client client-1 --count 100 --rate 20/s", does: "a little load" },
    { run: "evp send events.ndjson", does: "every line of a file" },
    { run: "generate-events | evp send -", does: "whatever another program writes" },
  ],
  stopsItself: "in-time",
  async run(invocation) {
    const { withStack } = await import("../stack-session.js");
    assertOneSource(invocation);
    await withStack(invocation, { changes: true }, (session) => send(invocation, session));
  },
};

async function send(invocation: Invocation<SendFlags>, { connection, settings }: StackSession): Promise<void> {
  const { context, flags, output, stop } = invocation;
  const { sendEvents, sendProblem } = await import("../../app/send/send-events.js");
  const { parseAssignment } = await import("../../app/send/assignment.js");
  const { createEventCheck } = await import("../event-check.js");
  const { randomUUID } = await import("node:crypto");
  const { renderSendReport } = await import("../../ui/plain/send-report.js");
  const source = await openSource(invocation);
  const assignments = flags.set?.map(parseAssignment);
  const progress = await output.spin("Sending");
  const { ingress, journal } = connection;
  const ports = {
    ingress,
    journal,
    clock: context.clock,
    check: createEventCheck(settings, context.clock),
    newUuid: randomUUID,
  };
  try {
    const report = await sendEvents(ports, source, {
      clientId: flags.client,
      type: flags.type,
      count: flags.count,
      ratePerSecond: flags.rate,
      durationMs: flags.duration,
      assignments,
      wait: flags.wait === true ? { timeoutMs: flags.timeout ?? DEFAULT_WAIT_MS } : undefined,
      skipInvalid: flags.skipInvalid,
      raw: flags.raw,
      freshDeduplication: flags.resend,
      mapping: settings.envelope,
      // A file may be longer than memory; then only the totals are told.
      keepEvents: source.kind === "fixture" || output.isJson || flags.wait === true,
      onProgress: (sent, failed) => progress.say(`Sending: ${sent} sent${failed > 0 ? `, ${failed} failed` : ""}`),
      signal: stop,
    });
    progress.stop();
    await output.result(report, renderSendReport);
    const problem = sendProblem(report);
    if (problem !== undefined) throw problem;
  } finally {
    progress.stop();
  }
}

function assertOneSource({ args, flags }: Invocation<SendFlags>): void {
  const given = (args[0] === undefined ? 0 : 1) + (flags.fixture === undefined ? 0 : 1);
  if (given === 1) return;
  throw new EvpError(given === 0 ? "nothing to send" : "a file and a fixture cannot be sent at once", {
    code: given === 0 ? "source-missing" : "source-unclear",
    category: "usage",
    hint: "Name a fixture (--fixture valid), a file, or - for stdin.",
  });
}

async function openSource({ context, args, flags }: Invocation<SendFlags>): Promise<SendSource> {
  const [file] = args;
  const { openFile, openStdin } = await import("../event-source.js");
  if (file === "-") return openStdin(context.stdin);
  if (file !== undefined) return openFile(context.cwd, file);
  const { loadFixture } = await import("../../app/send/fixture-folder.js");
  const { fixtureFolders } = await import("../fixture-files.js");
  return { kind: "fixture", fixture: await loadFixture(flags.fixture ?? "", fixtureFolders(context)) };
}
