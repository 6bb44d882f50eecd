import type { CommandSpec, GroupSpec, OptionSpec } from "../command-spec.js";
import { GLOBAL_OPTIONS } from "../global-flags.js";

type Spec = CommandSpec | GroupSpec;

/** A command line as far as it is typed. */
export interface ReadWords {
  /** The last command or group that was named; undefined while none was. */
  spec: Spec | undefined;
  /** Commands that may be named next. */
  commands: Spec[];
  /** Words that are no options, after the command. */
  args: string[];
  /** Options by their long names, each with its last value. */
  given: Map<string, string>;
  /** The option whose value comes next. */
  awaiting: OptionSpec | undefined;
  /** After `--`, nothing is an option. */
  areOptionsOver: boolean;
}

/** Reads the words before the one that is typed, as commander would. @param words without the program's own name */
export function readWords(words: string[], commands: Spec[]): ReadWords {
  const read: ReadWords = {
    spec: undefined,
    commands,
    args: [],
    given: new Map(),
    awaiting: undefined,
    areOptionsOver: false,
  };
  for (const word of words) takeWord(read, word);
  return read;
}

function takeWord(read: ReadWords, word: string): void {
  if (read.awaiting !== undefined) {
    read.given.set(longName(read.awaiting), word);
    read.awaiting = undefined;
  } else if (word === "--") read.areOptionsOver = true;
  else if (word.startsWith("-") && word !== "-" && !read.areOptionsOver) takeOption(read, word);
  else {
    const next = read.commands.find(({ name }) => name === word);
    if (next === undefined) read.args.push(word);
    else {
      read.spec = next;
      read.commands = "commands" in next ? next.commands : [];
    }
  }
}

function takeOption(read: ReadWords, word: string): void {
  const [name = "", ...value] = word.split("=");
  const option = optionsOf(read.spec).find((each) => longName(each) === name || shortName(each) === name);
  if (option === undefined) return;
  if (takesValue(option) && value.length === 0) read.awaiting = option;
  else read.given.set(longName(option), value.join("="));
}

/** The options that a command takes, with those that every command takes. */
export function optionsOf(spec: Spec | undefined): OptionSpec[] {
  const own = spec !== undefined && "run" in spec ? (spec.options ?? []) : [];
  return [...own, ...GLOBAL_OPTIONS];
}

export function longName({ flags }: OptionSpec): string {
  return /--[a-z-]+/.exec(flags)?.[0] ?? "";
}

function shortName({ flags }: OptionSpec): string | undefined {
  return /^-[a-zA-Z]\b/.exec(flags)?.[0];
}

export function takesValue({ flags }: OptionSpec): boolean {
  return /[<[]/.test(flags);
}
