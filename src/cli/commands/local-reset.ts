import type { CommandSpec } from "../command-spec.js";

export const localResetCommand: CommandSpec = {
  name: "reset",
  summary: "stop the embedded stack and delete all it holds",
  description:
    "Stops the embedded stack and deletes all its queues, topics, tables and messages. It asks first, or takes --yes.",
  examples: [{ run: "evp local reset --yes && evp init", does: "begin anew" }],
  async run(invocation) {
    const { localPlace } = await import("../stack-session.js");
    const { confirm } = await import("../confirm.js");
    const { renderLocalStatus } = await import("../../ui/plain/local-status.js");
    const { context, output } = invocation;
    const { stateDir } = await localPlace(invocation);
    await confirm(invocation, `Delete everything that the embedded stack keeps in ${stateDir}?`);
    await context.localStack.reset(stateDir);
    await output.result(await context.localStack.status(stateDir), renderLocalStatus);
  },
};
