import type { CommandSpec } from "../command-spec.js";

export interface InitFlags {
  dryRun?: boolean;
}

export const initCommand: CommandSpec<InitFlags> = {
  name: "init",
  summary: "create the stack: queues, topics, tables, clients",
  description:
    "Creates what the stack needs and mends what has drifted: queues, topics, subscriptions, tables (or a schema in PostgreSQL, by its migrations) and the clients of the config. It says what it creates, what is already right and what it changes; run again, it changes nothing.",
  options: [{ flags: "--dry-run", description: "only say what would be done" }],
  examples: [
    { run: "evp init", does: "on the embedded stack" },
    { run: "evp init --target aws --region eu-west-1 --dry-run", does: "what it would do on AWS" },
  ],
  async run(invocation) {
    const { context, flags, output } = invocation;
    const dryRun = flags.dryRun === true;
    const { withStack } = await import("../stack-session.js");
    const { initStack } = await import("../../app/init.js");
    const { renderInitReport } = await import("../../ui/plain/init-report.js");
    await withStack(invocation, { changes: !dryRun }, async ({ connection, settings }) => {
      const progress = await output.spin("Looking at the stack");
      const report = await initStack({ connection, clock: context.clock }, settings, { dryRun }).finally(progress.stop);
      await output.result(report, renderInitReport);
    });
  },
};
