import type { CommandSpec, GroupSpec, OptionSpec } from "../command-spec.js";
import { collect } from "../values.js";
import { longName, optionsOf, type ReadWords, readWords, takesValue } from "./read-words.js";
import { type ValueKind, type Values, valuesOfArgument, valuesOfOption } from "./value-kind.js";

/** Something that may stand where the cursor is. */
export interface Candidate {
  value: string;
  /** One line for shells that show it; empty where there is nothing to say. */
  description: string;
}

/** Looks for the values of a kind; what takes too long is left out. `given`: the options of the command line by their long names. */
export type LookUp = (kind: Exclude<ValueKind, "file">, given: Map<string, string>) => Promise<string[]>;

export interface Candidates {
  candidates: Candidate[];
  /** The shell's own names of files may stand there too. */
  wantsFiles: boolean;
}

type Specs = (CommandSpec | GroupSpec)[];

const HELP: Candidate = { value: "help", description: "print help for a command" };
const HELP_OPTION: Candidate = { value: "--help", description: "print help" };
const VERSION_OPTION: Candidate = { value: "--version", description: "print the version" };

/**
 * What can stand in the place of the last word, by the very specifications that the command line is built from.
 * @param words the words after the program's name; the last one is being typed, and may be empty
 */
export async function findCandidates(words: string[], commands: Specs, lookUp: LookUp): Promise<Candidates> {
  const current = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  if (before[0] === HELP.value) return starting(current, commandCandidates(readWords(before.slice(1), commands)));
  const read = readWords(before, commands);
  const find = async (prefix: string, values: Values, taken: string[] = []): Promise<Candidates> => {
    const found = await namesOf(values, (kind) => lookUp(kind, read.given));
    const free = found.filter((value) => !taken.includes(value));
    const candidates = free.map((value) => ({ value: `${prefix}${value}`, description: "" }));
    return { ...starting(current, candidates), wantsFiles: values.kinds.includes("file") };
  };
  if (read.awaiting !== undefined) return find("", valuesOfOption(read.awaiting));
  if (!read.areOptionsOver && current.startsWith("-")) {
    const [name = "", ...value] = current.split("=");
    const option = optionsOf(read.spec).find((each) => longName(each) === name && takesValue(each));
    if (value.length > 0) return option === undefined ? NOTHING : find(`${name}=`, valuesOfOption(option));
    return starting(current, optionCandidates(read));
  }
  if (read.spec !== undefined && "run" in read.spec) {
    return find("", valuesOfNextArgument(read.spec, read.args.length), read.args);
  }
  if (read.args.length > 0) return NOTHING;
  return starting(current, [...commandCandidates(read), ...(read.spec === undefined ? [HELP] : [])]);
}

const NOTHING: Candidates = { candidates: [], wantsFiles: false };

function starting(current: string, candidates: Candidate[]): Candidates {
  return { candidates: candidates.filter(({ value }) => value.startsWith(current)), wantsFiles: false };
}

function commandCandidates({ commands }: ReadWords): Candidate[] {
  const shown = commands.filter((spec) => !("isHidden" in spec && spec.isHidden === true));
  return shown.map(({ name, summary }) => ({ value: name, description: summary }));
}

/** Options that are not given yet, or may be given again, and do not contradict one that is. */
function optionCandidates({ spec, given }: ReadWords): Candidate[] {
  const options = optionsOf(spec);
  const isGiven = (option: OptionSpec) => given.has(longName(option));
  const free = options.filter((option) => {
    if (isGiven(option)) return option.parse === collect;
    return !options.some((other) => isGiven(other) && (contradicts(option, other) || contradicts(other, option)));
  });
  const own = free.map((option) => ({ value: longName(option), description: firstClause(option.description) }));
  return [...own, HELP_OPTION, ...(spec === undefined ? [VERSION_OPTION] : [])];
}

function contradicts({ conflicts = [] }: OptionSpec, other: OptionSpec): boolean {
  return conflicts.includes(camelCase(longName(other)));
}

/** `--skip-invalid` as commander names it: `skipInvalid`; `--no-follow` is `follow`. */
function camelCase(name: string): string {
  return name.replace(/^--(no-)?/, "").replace(/-([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

function firstClause(description: string): string {
  return description.split(/[,;:(]/, 1)[0]?.trim() ?? "";
}

function valuesOfNextArgument({ arguments: all = [] }: CommandSpec, count: number): Values {
  const next = all[count];
  if (next !== undefined) return valuesOfArgument(next.name);
  const last = all.at(-1);
  if (last?.name.includes("...") !== true) return { words: [], kinds: [] };
  // What stands for itself stands alone: `evp tail dlq`, or clients.
  return { ...valuesOfArgument(last.name), words: [] };
}

async function namesOf(
  { words, kinds }: Values,
  lookUp: (kind: Exclude<ValueKind, "file">) => Promise<string[]>,
): Promise<string[]> {
  const found = await Promise.all(kinds.map((kind) => (kind === "file" ? [] : lookUp(kind))));
  return [...new Set([...words, ...found.flat()])];
}
