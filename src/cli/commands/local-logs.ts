import type { CommandSpec } from "../command-spec.js";

export interface LogsFlags {
  follow?: boolean;
}

export const localLogsCommand: CommandSpec<LogsFlags> = {
  name: "logs",
  summary: "print the log of the embedded stack",
  options: [{ flags: "-f, --follow", description: "go on with what is written from now on; Ctrl-C ends it" }],
  examples: [{ run: "evp local logs --follow", does: "watch it" }],
  stopsItself: "in-time",
  async run(invocation) {
    const { localPlace } = await import("../stack-session.js");
    const { readLines } = await import("../follow-file.js");
    const { cleanText } = await import("../../ui/external-text.js");
    const { context, flags, output, stop } = invocation;
    const { stateDir } = await localPlace(invocation);
    const file = context.localStack.logFile(stateDir);
    const lines = readLines(file, { follow: flags.follow === true, clock: context.clock, signal: stop });
    for await (const line of lines) await output.record({ line }, (record) => `${cleanText(record.line)}\n`);
  },
};
