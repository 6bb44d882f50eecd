/** How far a file was read, and by what it is known again. */
export interface FilePosition {
  /** Its name in its folder when it was first read. */
  name: string;
  /** Of the file system and of the file on it; a new name changes neither. */
  device: string;
  inode: string;
  /** Everything before this byte is dealt with. */
  offset: number;
  /** Number of the line that begins there, from 1. */
  line: number;
  /** Hash of the bytes right before the offset; empty at the beginning. */
  fingerprint: string;
  /** How long the file was when it was last looked at. */
  sizeBytes: number;
  /** When that was, ms since 1970. */
  at: number;
}

/** A file that is there. */
export interface SeenFile {
  name: string;
  device: string;
  inode: string;
  sizeBytes: number;
  /** ms since 1970 */
  modifiedAt: number;
}

/** A file to read, and from where. */
export interface FileWork {
  file: SeenFile;
  /** undefined: from its beginning */
  from: FilePosition | undefined;
  /** It was read under its old name, or is a copy of what was: it is read to its end, before the file that has the name now. */
  isLeft: boolean;
}

/** A file that was read and is not there any more, or not as it was. */
export interface MissedFile {
  position: FilePosition;
  /** Where what it held was found; undefined: nowhere, and what was written to it later may have been missed. */
  found: SeenFile | undefined;
  /** Its name is another file's now, or it was truncated. */
  isReplaced: boolean;
  /** Names of files that may hold what was written meanwhile, and that nobody asked to read. */
  candidates: string[];
}

export interface FilePlan {
  /** In the order in which it is to be done. */
  work: FileWork[];
  missed: MissedFile[];
}

interface Folder {
  /** Files that are asked for, in order. */
  wanted: SeenFile[];
  /** The others in the folder. */
  siblings: SeenFile[];
  /** Whether the bytes before a position are still in a file, in the same place. */
  holds: (position: FilePosition, file: SeenFile) => boolean;
}

/**
 * Finds the files again that were read, whatever has become of them since:
 *
 * - the same file, grown: it is gone on with, also under another name that is asked for;
 * - renamed, and another one begun in its name (rotation): the old one is finished, then the new one is read from its beginning;
 * - copied and truncated (copytruncate): the copy is finished, then the file is read from its beginning;
 * - truncated or replaced with no copy to be found, or gone: what may have been missed is told.
 */
export function planFiles(positions: FilePosition[], { wanted, siblings, holds }: Folder): FilePlan {
  const taken = new Map<SeenFile, FilePosition>();
  const open = new Set(positions);
  const take = (files: SeenFile[], isMatch: (position: FilePosition, file: SeenFile) => boolean) => {
    for (const file of files) {
      if (taken.has(file)) continue;
      const position = [...open].find((each) => isMatch(each, file) && holds(each, file));
      if (position === undefined) continue;
      taken.set(file, position);
      open.delete(position);
    }
  };
  take(wanted, isSameFile);
  take(siblings, isSameFile);
  // A copy has another inode; at its beginning any file holds what was before it.
  take([...wanted, ...siblings], ({ offset, name }, file) => offset > 0 && isRelated(name, file.name));
  const left = siblings.filter((file) => taken.has(file));
  const missed = [...left.map((file) => taken.get(file)), ...open].flatMap((position) =>
    position === undefined ? [] : missedOf(position, { wanted, siblings, taken }),
  );
  const work = [...left.map((file) => ({ file, isLeft: true })), ...wanted.map((file) => ({ file, isLeft: false }))];
  return { work: work.map((each) => ({ ...each, from: taken.get(each.file) })), missed };
}

export function isSameFile(
  { device, inode }: Pick<FilePosition, "device" | "inode">,
  file: Pick<SeenFile, "device" | "inode">,
): boolean {
  return device === file.device && inode === file.inode;
}

function missedOf(
  position: FilePosition,
  { wanted, siblings, taken }: Pick<Folder, "wanted" | "siblings"> & { taken: Map<SeenFile, FilePosition> },
): MissedFile[] {
  const [found] = [...taken].find(([, each]) => each === position) ?? [];
  const isReplaced = wanted.some(({ name }) => name === position.name);
  // Read to its end and taken away: that is how files that are done with go.
  if (found === undefined && !isReplaced && position.offset >= position.sizeBytes) return [];
  const since = found?.modifiedAt ?? position.at;
  const candidates = siblings
    .filter((file) => !taken.has(file) && isRelated(position.name, file.name) && file.modifiedAt >= since)
    .map(({ name }) => name);
  return [{ position, found, isReplaced, candidates }];
}

/** Whether a file may be called so after a rotation: `orders.ndjson` may become `orders.ndjson.1`, `orders-20261121.ndjson`, and the like. */
export function isRelated(name: string, other: string): boolean {
  const stem = name.replace(/(?<=.)\.[^.]*$/, "");
  return other === name || (other.startsWith(stem) && /^[._-]/.test(other.slice(stem.length)));
}
