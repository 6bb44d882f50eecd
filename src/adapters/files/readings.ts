import { join } from "node:path";
import {
  type FilePlan,
  type FilePosition,
  type FileWork,
  isRelated,
  isSameFile,
  planFiles,
  type SeenFile,
} from "../../core/file-plan.js";
import { fileHolds, OpenLines } from "./open-lines.js";
import { Reading } from "./reading.js";
import { scanFolder } from "./scan-folder.js";

/** Positions of files that are gone are remembered so long: they may come back, as when a disk was not there. */
const REMEMBER_MS = 7 * 24 * 60 * 60 * 1000;

interface ReadingsOptions {
  /** Absolute path. */
  folder: string;
  isWanted: (name: string) => boolean;
  /** As an earlier run kept them. */
  positions: FilePosition[];
}

/** The files of a folder that are read, kept in step with what becomes of them. */
export class Readings {
  readonly #options: ReadingsOptions;
  /** In the order in which they are read. */
  #all: Reading[] = [];
  /** Positions of files that are not there. */
  #dormant: FilePosition[];
  readonly #partitions = new Map<string, number>();
  #hasLooked = false;
  /** What was told of them is not told again. */
  readonly #told = new WeakSet<FilePosition>();

  constructor(options: ReadingsOptions) {
    this.#options = options;
    this.#dormant = options.positions;
  }

  /** Those that may be read now: a file waits for the one that had its name before. */
  get readable(): Reading[] {
    const before = new Set<string>();
    return this.#all.filter(({ isFinished, isLeft, name }) => {
      if (isFinished || before.has(name)) return false;
      if (isLeft) before.add(name);
      return true;
    });
  }

  /** Every reading that something may still have to be kept of. */
  get all(): readonly Reading[] {
    return this.#all;
  }

  byPartition(partition: string): Reading | undefined {
    return this.#all.find((reading) => reading.partition === partition);
  }

  /** What is to be kept of them. @param now ms since 1970 */
  positions(now: number): FilePosition[] {
    const read = this.#all.filter(({ isLeft, isFinished, isSettled }) => !(isLeft && isFinished && isSettled));
    const recent = this.#dormant.filter(({ at }) => now - at < REMEMBER_MS);
    return [...read.map(({ kept }) => kept), ...recent];
  }

  /** Looks at the folder and takes up what has become of the files. @returns what was found, for whoever wants to know */
  async look(): Promise<FilePlan> {
    await this.#forgetDone();
    const active = this.#all.filter(({ isFinished }) => !isFinished);
    const byPosition = new Map(active.map((reading) => [reading.read, reading]));
    const positions = [...byPosition.keys(), ...this.#dormant];
    const { wanted, siblings } = await this.#see(active);
    const held = await this.#findHeld(positions, byPosition, [...wanted, ...siblings]);
    const wasLeft = new Set([...byPosition].flatMap(([position, { isLeft }]) => (isLeft ? [position] : [])));
    const plan = planFiles(positions, { wanted, siblings, holds: (position, file) => held.get(position) === file });
    const inOrder = await Promise.all(plan.work.map((work) => this.#takeUp(work, byPosition)));
    const missed = plan.missed.filter(({ position }) => !wasLeft.has(position) && !this.#told.has(position));
    for (const { position, found, isReplaced } of missed) {
      this.#told.add(position);
      if (found === undefined) this.#giveUp(position, byPosition.get(position), isReplaced);
    }
    // Closed, since nobody had written to it for long, and gone since.
    for (const reading of active) if (!inOrder.includes(reading)) finishGone(reading);
    this.#all = [...this.#all.filter((reading) => !inOrder.includes(reading)), ...inOrder];
    this.#hasLooked = true;
    return { work: plan.work, missed };
  }

  /** What it held is nowhere any more. */
  #giveUp(position: FilePosition, reading: Reading | undefined, isReplaced: boolean): void {
    if (isReplaced) this.#dormant = this.#dormant.filter((each) => each !== position);
    if (reading !== undefined) finishGone(reading);
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map(({ lines }) => lines.close()));
  }

  async #forgetDone(): Promise<void> {
    const done = this.#all.filter(({ isLeft, isFinished, isSettled }) => isLeft && isFinished && isSettled);
    this.#all = this.#all.filter((reading) => !done.includes(reading));
    await Promise.all(done.map(({ lines }) => lines.close()));
  }

  /** A file that is open is seen even where it has no name any more. */
  async #see(active: Reading[]): Promise<{ wanted: SeenFile[]; siblings: SeenFile[] }> {
    const { folder, isWanted } = this.#options;
    const names = [...active.map(({ name }) => name), ...this.#dormant.map(({ name }) => name)];
    const known = [...new Set(names)];
    // Once, all of them: a file may have been renamed to anything.
    const isAnyOfInterest = !this.#hasLooked && this.#dormant.length > 0;
    const isOfInterest = (name: string) =>
      isAnyOfInterest || isWanted(name) || known.some((each) => isRelated(each, name));
    const isSeen = (files: SeenFile[]) => active.every(({ file }) => files.some((each) => isSameFile(each, file)));
    const first = await scanFolder(folder, isOfInterest);
    // A file that is renamed during a scan may be seen under neither name.
    const seen = isSeen(first) ? first : await scanFolder(folder, isOfInterest);
    const nameless: SeenFile[] = [];
    for (const reading of active) {
      const named = seen.find((file) => isSameFile(file, reading.file));
      const file = named ?? (await reading.lines.look(reading.file.name));
      reading.isNameless = named === undefined;
      if (file !== undefined) reading.file = file;
      if (named !== undefined) reading.lines.rename(join(folder, named.name));
      else if (file !== undefined) nameless.push(file);
    }
    const wanted = seen.filter(({ name }) => isWanted(name));
    return { wanted, siblings: [...seen.filter(({ name }) => !isWanted(name)), ...nameless] };
  }

  /** Which file holds what was before each position: the same one, or else a copy. */
  async #findHeld(
    positions: FilePosition[],
    byPosition: Map<FilePosition, Reading>,
    files: SeenFile[],
  ): Promise<Map<FilePosition, SeenFile>> {
    const held = new Map<FilePosition, SeenFile>();
    const { folder } = this.#options;
    for (const position of positions) {
      const same = files.find((file) => isSameFile(position, file));
      if (same === undefined) continue;
      const reading = byPosition.get(position);
      const holds = await (reading?.holds() ?? fileHolds(join(folder, same.name), position));
      if (holds) held.set(position, same);
    }
    for (const position of positions) {
      if (held.has(position) || position.offset === 0) continue;
      const taken = new Set(held.values());
      for (const file of files) {
        if (taken.has(file) || isSameFile(position, file) || file.sizeBytes < position.offset) continue;
        if (!isRelated(position.name, file.name) || !(await fileHolds(join(folder, file.name), position))) continue;
        held.set(position, file);
        break;
      }
    }
    return held;
  }

  async #takeUp({ file, from, isLeft }: FileWork, byPosition: Map<FilePosition, Reading>): Promise<Reading> {
    const { folder } = this.#options;
    const reading = (from && byPosition.get(from)) ?? (await this.#begin(file, from));
    if (!isSameFile(reading.file, file)) await reading.lines.moveTo(join(folder, file.name));
    reading.file = file;
    reading.isLeft = isLeft;
    return reading;
  }

  async #begin(file: SeenFile, from: FilePosition | undefined): Promise<Reading> {
    const { folder } = this.#options;
    const name = from?.name ?? file.name;
    const path = join(folder, name);
    const count = (this.#partitions.get(path) ?? 0) + 1;
    this.#partitions.set(path, count);
    this.#dormant = this.#dormant.filter((position) => position !== from);
    const lines = await OpenLines.open(folder, file, from);
    const partition = count === 1 ? path : `${path} (${count})`;
    return new Reading({ name, path, partition, file, lines, kept: from });
  }
}

function finishGone(reading: Reading): void {
  reading.isLeft = true;
  reading.isFinished = true;
}
