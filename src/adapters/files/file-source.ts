import { basename, dirname } from "node:path";
import { EvpError } from "../../core/errors.js";
import type { FilePosition, FileWork } from "../../core/file-plan.js";
import type { ProcessView, TapOwner } from "../../core/tap-life.js";
import type { Clock } from "../../ports/clock.js";
import type { FileSourceOptions } from "../../ports/file-source.js";
import type { Frontier, RecordSource, SourceRecord } from "../../ports/record-source.js";
import { tellPlan } from "./file-notices.js";
import { FolderChanges } from "./folder-changes.js";
import { loadPositions, savePositions } from "./position-store.js";
import type { Reading } from "./reading.js";
import { Readings } from "./readings.js";
import { lockSource } from "./source-lock.js";

/** Names of a folder's files that hold an event a line. */
const LINE_FILE = /\.(ndjson|jsonl)$/;
/** A file that nobody has written to for so long is closed until somebody does; one that has no name any more is given up. */
const QUIET_MS = 60_000;
/** Pieces of one file before it is the turn of the next. */
const MAX_PIECES = 64;

interface Surroundings {
  clock: Clock;
  here: TapOwner & ProcessView;
}

/**
 * A file of lines, or every such file of a folder in the order of their names, with a position on this machine's disk. @see planFiles for
 * what may become of a file.
 * @throws EvpError (failed) when another process reads it already, or its position cannot be read
 */
export async function openFileSource(options: FileSourceOptions & Surroundings): Promise<RecordSource> {
  const { path, positionFile, fromBeginning, here } = options;
  const release = await lockSource(positionFile, path, here);
  try {
    const positions = fromBeginning ? [] : await loadPositions(positionFile);
    return new FileSource(options, positions, release);
  } catch (error) {
    await release();
    throw error;
  }
}

class FileSource implements RecordSource {
  readonly name: string;
  readonly #options: FileSourceOptions & Surroundings;
  readonly #folder: string;
  readonly #readings: Readings;
  readonly #release: () => Promise<void>;
  #changes: FolderChanges | undefined;
  #isFirstLook = true;
  #saved: Promise<void> = Promise.resolve();

  constructor(options: FileSourceOptions & Surroundings, positions: FilePosition[], release: () => Promise<void>) {
    const { path, isFolder } = options;
    this.name = path;
    this.#options = options;
    this.#release = release;
    this.#folder = isFolder ? path : dirname(path);
    const isWanted = isFolder ? (name: string) => LINE_FILE.test(name) : (name: string) => name === basename(path);
    this.#readings = new Readings({ folder: this.#folder, isWanted, positions });
  }

  async *read(stop: AbortSignal): AsyncGenerator<SourceRecord[]> {
    const { follow, clock } = this.#options;
    if (follow) this.#changes = new FolderChanges(this.#folder, clock);
    while (!stop.aborted) {
      await this.#look();
      let isQuiet = true;
      for (let reading = this.#next(); reading !== undefined && !stop.aborted; reading = this.#next(reading)) {
        const state = yield* this.#drain(reading, stop);
        if (state === "nothing new") await this.#noteQuiet(reading);
        else {
          isQuiet = false;
          reading.quietSince = undefined;
        }
        if (state === "more" || (follow && !this.#isOver(reading))) continue;
        const last = reading.finish();
        if (last.length > 0) yield last;
      }
      if (!follow) return;
      if (isQuiet) await this.#changes?.next(stop);
    }
  }

  /** Reads a file to its end, or with other files to follow, for a while. */
  async *#drain(
    reading: Reading,
    stop: AbortSignal,
  ): AsyncGenerator<SourceRecord[], "nothing new" | "at its end" | "more"> {
    if (!reading.lines.isOpen && reading.isReadThrough) return "nothing new";
    for (let pieces = 0; !this.#options.follow || pieces < MAX_PIECES; pieces++) {
      if (stop.aborted) return "more";
      const batch = await reading.next();
      if (batch === undefined) return pieces === 0 ? "nothing new" : "at its end";
      if (batch.length > 0) yield batch;
    }
    return "more";
  }

  async commit(frontiers: Frontier[]): Promise<void> {
    const now = this.#options.clock.now();
    for (const { partition, position } of frontiers) this.#readings.byPartition(partition)?.settle(position, now);
    await this.#save();
  }

  /** A file is nobody else's. */
  onLost(): void {}

  async close(): Promise<void> {
    this.#changes?.close();
    await this.#readings.close();
    await this.#release();
  }

  /** The reading after this one. The list is asked anew each time, since one that is finished lets the next of its name go. */
  #next(last?: Reading): Reading | undefined {
    const { all, readable } = this.#readings;
    const from = last === undefined ? 0 : all.indexOf(last) + 1;
    return all.slice(from).find((reading) => readable.includes(reading));
  }

  /** One after the other, each with what is known when its turn comes. */
  async #save(): Promise<void> {
    const { path, positionFile, clock } = this.#options;
    const saving = this.#saved.then(() => {
      return savePositions(positionFile, { source: path, files: this.#readings.positions(clock.now()) });
    });
    this.#saved = saving.catch(() => undefined);
    await saving;
  }

  async #noteQuiet(reading: Reading): Promise<void> {
    const now = this.#options.clock.monotonic();
    reading.quietSince ??= now;
    if (!reading.isLeft && now - reading.quietSince >= QUIET_MS) await reading.lines.close();
  }

  /**
   * A file that lost its name is over once somebody writes to the one that has it now: until then, whoever writes may not know. Where none
   * has it, it is over when it is not in the folder any more and nobody has written to it for a while.
   */
  #isOver({ isLeft, isNameless, name, quietSince }: Reading): boolean {
    if (!isLeft) return false;
    const successor = this.#readings.all.find((each) => !each.isLeft && each.file.name === name);
    if (successor !== undefined) return successor.file.sizeBytes > 0;
    return isNameless && this.#options.clock.monotonic() - (quietSince ?? Number.POSITIVE_INFINITY) >= QUIET_MS;
  }

  async #look(): Promise<void> {
    const { path, isFolder, follow, notify } = this.#options;
    const known = new Set(this.#readings.all.map(({ file }) => file.inode));
    const plan = await this.#readings.look();
    const isBegun = ({ file, from }: FileWork) => from === undefined || !known.has(file.inode);
    for (const text of tellPlan(plan, isBegun, this.#isFirstLook)) notify(text);
    if (plan.work.some(({ from }) => from === undefined)) await this.#save();
    if (this.#isFirstLook && plan.work.length === 0) {
      if (!follow && !isFolder) throw noSuchFile(path);
      notify(isFolder ? `${path} holds no file of lines (.ndjson, .jsonl).` : `${path} is not there yet.`);
    }
    this.#isFirstLook = false;
  }
}

function noSuchFile(path: string): EvpError {
  return new EvpError(`there is no ${path}`, {
    code: "file-not-found",
    category: "usage",
    hint: "Check the path; with --follow, evp waits for it.",
  });
}
