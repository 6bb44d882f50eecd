import type { CommandSpec, Invocation } from "../command-spec.js";
import type { StackSession } from "../stack-session.js";
import { readSince, type Since, toInstant } from "../values.js";

export interface VerifyFlags {
  client?: string;
  since?: Since;
  deep?: boolean;
  repair?: boolean;
}

export const verifyCommand: CommandSpec<VerifyFlags> = {
  name: "verify",
  summary: "hold what was accepted against what was published",
  description:
    "Goes through the journal and tells what is not as it should be: events that were accepted and never published, or published out of order or on another topic, dead letters that are not on the DLQ, topics that are gone. Changes nothing, unless --repair publishes what never was.",
  options: [
    { flags: "--client <id>", description: "only this client" },
    {
      flags: "--since <time>",
      description: "only what the queue took or evp rejected since then, for instance 1d or 2026-11-21T10:00:00Z",
      parse: readSince,
    },
    {
      flags: "--deep",
      description: "look at each message of the DLQ, and release it again, to name the dead letters that are missing",
    },
    { flags: "--repair", description: "publish what was accepted and never published; it asks first" },
  ],
  examples: [
    { run: "evp verify", does: "everything that the journal remembers" },
    { run: "evp verify --client client-1 --since 1d --json", does: "one client's last day, for another program" },
    { run: "evp verify --repair", does: "publish what was lost, after a question" },
  ],
  stopsItself: "in-time",
  async run(invocation) {
    const { withStack } = await import("../stack-session.js");
    const changes = invocation.flags.repair === true;
    await withStack(invocation, { changes }, (session) => verify(invocation, session));
  },
};

async function verify(invocation: Invocation<VerifyFlags>, { connection, settings }: StackSession): Promise<void> {
  const { context, flags, output, stop } = invocation;
  const { verifyStack, verifyProblem } = await import("../../app/verify/verify-stack.js");
  const { createTriageExaminer } = await import("../triage-examiner.js");
  const { renderVerifyReport } = await import("../../ui/plain/verify-report.js");
  const { assertSendable, confirmSending } = await import("../confirm-sending.js");
  const { randomUUID } = await import("node:crypto");
  if (flags.repair === true) assertSendable(invocation, settings, "publish what nobody has published?");
  const { clock } = context;
  const triage = await createTriageExaminer(settings);
  let progress = await output.spin("Looking at the events");
  try {
    const report = await verifyStack({ connection, triage, clock, holder: randomUUID() }, settings, {
      clientId: flags.client,
      since: toInstant(flags.since, clock.now()),
      deep: flags.deep === true,
      confirmRepair: flags.repair === true ? ask : undefined,
      onProgress: (text) => progress.say(text),
      signal: stop,
    });
    progress.stop();
    await output.result(report, renderVerifyReport);
    const problem = verifyProblem(report);
    if (problem !== undefined) throw problem;
  } finally {
    progress.stop();
  }

  async function ask(events: number, late: number): Promise<void> {
    progress.stop();
    const { repairQuestion } = await import("../../ui/plain/verify-report.js");
    await confirmSending(invocation, settings, repairQuestion(events, late));
    progress = await output.spin("Repairing");
  }
}
