import type { OptionSpec } from "../command-spec.js";

/** What can be typed in a place, as far as evp or the shell can know it. */
export type ValueKind = "client" | "type" | "fixture" | "target" | "file";

/** Values that are the same everywhere, and kinds of which the values have to be looked for. */
export interface Values {
  words: string[];
  kinds: ValueKind[];
}

/** What the words in the usage of commands and options stand for; a word that is not here is free text. */
const KINDS: Record<string, ValueKind> = {
  client: "client",
  clients: "client",
  type: "type",
  types: "type",
  fixture: "fixture",
  target: "target",
  file: "file",
  files: "file",
  folder: "file",
};
const POLICIES = ["skip", "block"];

/** The values of an option, for instance of `--client <id>` or `--config <file>`: by what it takes, or else by its own name. */
export function valuesOfOption({ flags, choices }: OptionSpec): Values {
  if (choices !== undefined) return { words: [...choices], kinds: [] };
  const [, name = ""] = /--([a-z-]+)/.exec(flags) ?? [];
  const [, taken = ""] = /[<[]([^>\].]+)/.exec(flags) ?? [];
  const values = valuesOfWord(taken);
  return values.words.length + values.kinds.length > 0 ? values : valuesOfWord(name);
}

/** The values of an argument, for instance `<client>`, `[types...]` or `<client|dlq>`, in which `dlq` stands for itself. */
export function valuesOfArgument(name: string): Values {
  const alternatives = name.replace(/^[<[]|(\.\.\.)?[>\]]$/g, "").split("|");
  const all = alternatives.map((word) => {
    const values = valuesOfWord(word);
    const isLiteral = alternatives.length > 1 && values.kinds.length === 0;
    return isLiteral ? { words: [word], kinds: [] } : values;
  });
  return { words: all.flatMap(({ words }) => words), kinds: all.flatMap(({ kinds }) => kinds) };
}

function valuesOfWord(word: string): Values {
  if (word === "policy") return { words: POLICIES, kinds: [] };
  const kind = Object.hasOwn(KINDS, word) ? KINDS[word] : undefined;
  return { words: [], kinds: kind === undefined ? [] : [kind] };
}
