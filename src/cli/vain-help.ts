import type { CommandSpec, GroupSpec } from "./command-spec.js";
import { COMMANDS } from "./commands/index.js";

/**
 * The arguments without `--help` where they name no command: commander would print the help of the group above, as if
 * nothing were wrong; without the flag it says that the command is unknown.
 */
export function withoutVainHelp(args: string[]): string[] {
  const isHelp = (arg: string) => arg === "--help" || arg === "-h";
  if (!args.some(isHelp)) return args;
  const firstFlag = args.findIndex((arg) => arg.startsWith("-"));
  return namesCommand(args.slice(0, firstFlag), COMMANDS) ? args : args.filter((arg) => !isHelp(arg));
}

/** Whether the words lead to a command or a group, whatever arguments follow a command. */
function namesCommand([name, ...rest]: string[], specs: (CommandSpec | GroupSpec)[]): boolean {
  if (name === undefined || (name === "help" && specs === COMMANDS)) return true;
  const spec = specs.find((each) => each.name === name);
  if (spec === undefined) return false;
  return "commands" in spec ? namesCommand(rest, spec.commands) : true;
}
