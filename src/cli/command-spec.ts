import type { CliContext } from "./context.js";
import type { GlobalFlags } from "./global-flags.js";
import type { Output } from "./output.js";

/** One command: what its help says, what it takes, and what it does. `Flags` are its options as commander names them, each undefined when it was not given. */
export interface CommandSpec<Flags extends object = object> {
  name: string;
  /** One line, for the list of commands. */
  summary: string;
  /** More, for the command's own help. */
  description?: string;
  arguments?: ArgumentSpec[];
  options?: OptionSpec[];
  examples: Example[];
  /** Not shown in help. */
  isHidden?: boolean;
  /**
   * What the command does about signals. `in-time`: it ends in its own time after the first, and is abandoned at the second;
   * `at-once`: it ends by itself after the second too. Every other one is abandoned at the first.
   */
  stopsItself?: "in-time" | "at-once";
  run(invocation: Invocation<Flags>): Promise<void>;
}

/** Commands under one name, for instance `evp dlq …`. */
export interface GroupSpec {
  name: string;
  summary: string;
  commands: CommandSpec[];
}

interface ArgumentSpec {
  /** `<needed>`, `[optional]`, `<several...>`. */
  name: string;
  description: string;
}

export interface OptionSpec {
  /** As commander reads them, for instance `--count <n>`. */
  flags: string;
  description: string;
  /** Reads the value; throws commander's InvalidArgumentError. `previous` is there for options that may be repeated. */
  parse?: (text: string, previous: unknown) => unknown;
  choices?: readonly string[];
  /** Names of options that cannot be given with this one, in camel case. */
  conflicts?: string[];
}

interface Example {
  run: string;
  does: string;
}

/** What a command is run with. */
export interface Invocation<Flags extends object = object> {
  context: CliContext;
  globals: GlobalFlags;
  flags: Flags;
  args: string[];
  output: Output;
  /** Aborts at the first signal, and when stdout takes nothing more. */
  stop: AbortSignal;
}
