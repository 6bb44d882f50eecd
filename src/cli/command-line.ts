import { shellWord } from "../ui/plain/shell-word.js";
import type { GlobalFlags } from "./global-flags.js";

/** Global flags that say which stack is meant. */
const STACK_FLAGS = ["target", "config", "stack", "region", "profile", "endpointUrl"] as const;

/** A command line that can be copied into a shell, about the same stack as this one. `args`: command and flags; those without a value are left out */
export function commandLine(globals: GlobalFlags, args: (string | undefined)[][]): string {
  const stack = STACK_FLAGS.map((name) => [`--${kebabCase(name)}`, globals[name]]);
  const given = [...args, ...stack].filter((arg) => arg.every((part) => part !== undefined));
  return ["evp", ...given.flat().map((part) => shellWord(part ?? ""))].join(" ");
}

function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
