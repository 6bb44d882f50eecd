import type { Candidates } from "./find-candidates.js";
import { type Shell, WITH_FILES, WITHOUT_FILES } from "./scripts.js";

/** The words of a command line, put together where the shell has taken them apart. */
export interface ShellWords {
  words: string[];
  /** What of the last word the shell does not replace. */
  kept: string;
}

/** In bash an equals sign is a word of its own (COMP_WORDBREAKS); there, only what follows it is replaced. */
export function joinWords(shell: Shell, typed: string[]): ShellWords {
  if (shell !== "bash") return { words: typed, kept: "" };
  const words: string[] = [];
  let kept = "";
  let isAfterEquals = false;
  for (const word of typed) {
    const last = words.at(-1);
    const isEquals = word === "=" && last?.startsWith("--") === true && !last.includes("=");
    if (last !== undefined && (isEquals || isAfterEquals)) words[words.length - 1] = `${last}${word}`;
    else words.push(word);
    kept = isEquals ? `${last}=` : isAfterEquals ? kept : "";
    isAfterEquals = isEquals;
  }
  return { words, kept };
}

/** What a completion script reads: `files` or `values`, then a candidate a line, its description after a tab. */
export function shellLines({ candidates, wantsFiles }: Candidates, kept: string): string {
  const lines = candidates.map(({ value, description }) => {
    const replacing = value.startsWith(kept) ? value.slice(kept.length) : value;
    return description === "" ? replacing : `${replacing}\t${description}`;
  });
  return `${[wantsFiles ? WITH_FILES : WITHOUT_FILES, ...lines].join("\n")}\n`;
}
