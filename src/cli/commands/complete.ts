import type { CommandSpec } from "../command-spec.js";

/** Asked by the completion scripts at each TAB. */
export const completeCommand: CommandSpec = {
  name: "__complete",
  summary: "what may stand at the end of a command line",
  arguments: [
    { name: "<shell>", description: "bash, zsh or fish" },
    { name: "[words...]", description: "the words after the program's name; the last one is being typed" },
  ],
  examples: [],
  isHidden: true,
  async run({ context, args }) {
    const { COMMANDS } = await import("./index.js");
    const { findCandidates } = await import("../completion/find-candidates.js");
    const { createLookUp } = await import("../completion/look-up.js");
    const { joinWords, shellLines } = await import("../completion/shell-lines.js");
    const { shellOf } = await import("../completion/scripts.js");
    const { writeText } = await import("../write-stream.js");
    const [shell = "", ...typed] = args;
    const { words, kept } = joinWords(shellOf(shell) ?? "fish", typed);
    const found = await findCandidates(words, COMMANDS, createLookUp(context));
    await writeText(context.stdout, shellLines(found, kept));
  },
};
