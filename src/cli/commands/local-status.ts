import type { CommandSpec } from "../command-spec.js";

export const localStatusCommand: CommandSpec = {
  name: "status",
  summary: "show whether the embedded stack runs, and where",
  examples: [{ run: "evp local status --json", does: "for another program" }],
  async run(invocation) {
    const { localPlace } = await import("../stack-session.js");
    const { renderLocalStatus } = await import("../../ui/plain/local-status.js");
    const { stateDir } = await localPlace(invocation);
    await invocation.output.result(await invocation.context.localStack.status(stateDir), renderLocalStatus);
  },
};
