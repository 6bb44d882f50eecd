import type { CommandSpec } from "../command-spec.js";

export const destroyCommand: CommandSpec = {
  name: "destroy",
  summary: "remove the stack and all it holds",
  description:
    "Removes the stack's queues, topics and tables (or its own schema in PostgreSQL), with every message and event in them. It asks first, or takes --yes. Resources that were there before evp stay.",
  examples: [
    { run: "evp destroy", does: "asks before it removes anything" },
    { run: "evp destroy --stack trial --yes", does: "another stack, without a question" },
  ],
  async run(invocation) {
    const { context, output } = invocation;
    const { withStack } = await import("../stack-session.js");
    const { assertAskable, confirm } = await import("../confirm.js");
    const { destroyStack } = await import("../../app/destroy.js");
    const { renderRemovals } = await import("../../ui/plain/removals.js");
    assertAskable(invocation, "remove the stack and all it holds?");
    await withStack(invocation, { changes: true }, async ({ connection, settings }) => {
      const { stack, target } = settings;
      const { account, region } = await connection.identity();
      const where = target.kind === "local" ? target.name : `${target.name} (account ${account}, region ${region})`;
      const kept = connection.storeCare === undefined ? "," : `, its store in ${connection.storeCare.place},`;
      await confirm(invocation, `Remove the stack ${stack} on ${where}${kept} and every message and event in it?`);
      const progress = await output.spin("Removing the stack");
      const report = await destroyStack({ connection, clock: context.clock }, settings).finally(progress.stop);
      await output.result(report, ({ resources }, style) => renderRemovals(resources, style));
    });
  },
};
