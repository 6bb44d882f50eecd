import { fstatSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";

/** What help is fitted to where nobody says how wide it may be; as in `command-tree.ts`. */
const USUAL_COLUMNS = 100;
/** A column of text that would be narrower is left as it is: commander's own rule. */
const LEAST_COLUMNS = 40;
const STDOUT = 1;

/**
 * Prints the help of evp as a whole, which the build has written down beside this file: to set up the tree of commands for it would take half as
 * long as Node's own start.
 * @returns false where something else is asked for, or it cannot be printed so; then nothing was
 */
export function printReadyHelp(args: string[]): boolean {
  if (!asksForHelp(args)) return false;
  try {
    const help = Buffer.from(fitHelp(readFileSync(join(__dirname, "help.txt"), "utf8"), columnsOfStdout()));
    const written = writeSync(STDOUT, help);
    if (written < help.length) process.stdout.write(help.subarray(written));
    return true;
  } catch {
    return false;
  }
}

function asksForHelp([first, ...others]: string[]): boolean {
  return others.length === 0 && (first === undefined || ["--help", "-h", "help"].includes(first));
}

/** `process.stdout` takes milliseconds to make, and only a terminal knows how wide it is. */
function columnsOfStdout(): number {
  return (fstatSync(STDOUT).isCharacterDevice() ? process.stdout.columns : undefined) ?? USUAL_COLUMNS;
}

/** Wraps help that was made for any width as commander would for `columns`: an item's text hangs behind its name. */
export function fitHelp(help: string, columns: number): string {
  const [wrapped = "", ...examples] = help.split(/(?=^Examples:)/m);
  const lines = wrapped.split("\n").map((line) => {
    const [hanging = ""] = /^ {2}\S.*? {2,}(?=\S)/.exec(line) ?? [];
    const isUsage = line.startsWith("Usage:");
    return isUsage ? line : hanging + wrapWords(line.slice(hanging.length), columns - hanging.length, hanging.length);
  });
  return lines.join("\n") + examples.join("");
}

function wrapWords(text: string, columns: number, indent: number): string {
  if (columns < LEAST_COLUMNS) return text;
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && longer.length > columns) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line].join(`\n${" ".repeat(indent)}`);
}
