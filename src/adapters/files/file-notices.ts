import type { FilePlan, FileWork, MissedFile } from "../../core/file-plan.js";

/** Files that are named one by one; of more, only the number is told. */
const NAMED_FILES = 5;

/** What a look at the files has found, in the words of whoever started the reading. `isFirst`: it is the first look of this run. */
export function tellPlan({ work, missed }: FilePlan, isBegun: (work: FileWork) => boolean, isFirst: boolean): string[] {
  const begun = work.filter(isBegun);
  const told = begun.length <= NAMED_FILES ? begun.map(tellWork) : [tellMany(begun)];
  return [...missed.flatMap(tellMissed), ...(isFirst || begun.some(({ from }) => from === undefined) ? told : [])];
}

function tellWork({ file, from }: FileWork): string {
  if (from === undefined || (from.offset === 0 && from.name === file.name))
    return `Reading ${file.name} from its beginning.`;
  const name = file.name === from.name ? file.name : `${from.name}, which is now ${file.name},`;
  return `Going on in ${name} at line ${from.line} (byte ${from.offset}).`;
}

function tellMany(begun: FileWork[]): string {
  const known = begun.filter(({ from }) => from !== undefined).length;
  return `Going on in ${known} files, and reading ${begun.length - known} from their beginning.`;
}

function tellMissed({ position, found, isReplaced, candidates }: MissedFile): string[] {
  const { name, line, at } = position;
  const others =
    candidates.length === 0
      ? ""
      : ` Not read, although it may hold events: ${candidates.join(", ")} (name it to evp ingest file).`;
  if (found === undefined) {
    const since = ` after ${new Date(at).toISOString()}`;
    const what = isReplaced ? "was truncated or replaced, and is read from its beginning" : "is gone";
    return [`${name} ${what}: what was written behind line ${line - 1}${since} may have been missed.${others}`];
  }
  if (found.name !== name) return [`${name} is now ${found.name}, which is read to its end first.${others}`];
  return isReplaced
    ? [`${name} was replaced: the old one is read to its end first.${others}`]
    : [`${name} was deleted or moved away: what is left of it is read, and then what comes in its name.`];
}
