import { EvpError } from "../../core/errors.js";
import type { CommandSpec, Invocation } from "../command-spec.js";

export const completionCommand: CommandSpec = {
  name: "completion",
  summary: "complete commands, options and names in bash, zsh or fish",
  description:
    "Prints the completion script of a shell; without one, says how to install that of the shell you use. It completes commands, options and what they take: clients of a stack that runs, types, fixtures, reasons, files.",
  arguments: [{ name: "[bash|zsh|fish]", description: "the shell; without it, the one that SHELL names" }],
  examples: [
    { run: "evp completion", does: "how to install it in your shell" },
    { run: 'eval "$(evp completion bash)"', does: "use it in this bash" },
    { run: "evp completion fish > ~/.config/fish/completions/evp.fish", does: "install it in fish" },
  ],
  async run(invocation) {
    const { SHELLS, shellOf } = await import("../completion/scripts.js");
    const [named] = invocation.args;
    const shell = shellOf(named ?? invocation.context.env.SHELL ?? "");
    if (shell !== undefined) return print(invocation, shell, named === undefined);
    throw new EvpError(named === undefined ? "it cannot be told which shell this is" : `evp knows no shell ${named}`, {
      code: "shell-unknown",
      category: "usage",
      hint: `Name one of ${SHELLS.join(", ")}.`,
    });
  },
};

async function print({ output }: Invocation, shell: "bash" | "zsh" | "fish", isHowTo: boolean): Promise<void> {
  const { completionScript, installationOf } = await import("../completion/scripts.js");
  const document = { shell, install: installationOf(shell), script: completionScript(shell) };
  await output.result(document, ({ install, script }) => {
    if (!isHowTo) return script;
    return `To complete evp's command lines in ${shell}, type once:\n\n${install.map((line) => `  ${line}\n`).join("")}\nand open a new ${shell}.\n`;
  });
}
