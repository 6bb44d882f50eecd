import type { CommandSpec } from "../command-spec.js";

export const localStopCommand: CommandSpec = {
  name: "stop",
  summary: "stop the embedded stack; what it holds stays",
  examples: [{ run: "evp local stop", does: "the next command that needs it starts it again" }],
  async run(invocation) {
    const { localPlace } = await import("../stack-session.js");
    const { renderLocalStatus } = await import("../../ui/plain/local-status.js");
    const { context, output } = invocation;
    const { stateDir } = await localPlace(invocation);
    const wasRunning = await context.localStack.stop(stateDir);
    output.note(wasRunning ? "Stopped the embedded stack." : "The embedded stack was not running.");
    await output.result(await context.localStack.status(stateDir), renderLocalStatus);
  },
};
