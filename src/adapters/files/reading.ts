import type { FilePosition, SeenFile } from "../../core/file-plan.js";
import type { Line } from "../../core/line-splitter.js";
import type { SourceRecord } from "../../ports/record-source.js";
import { lineRecord } from "./line-record.js";
import { fingerprintOf, type OpenLines } from "./open-lines.js";

/** The end of a record that was handed out. */
type Mark = Pick<FilePosition, "offset" | "line" | "fingerprint">;

interface ReadingOptions {
  /** Its name when it was first read, by this run or an earlier one. */
  name: string;
  /** Absolute path of that name. */
  path: string;
  partition: string;
  file: SeenFile;
  lines: OpenLines;
  /** As an earlier run kept it. */
  kept: FilePosition | undefined;
}

/** One file that is being read, whatever it is called by now, and how far the work on what it held is. */
export class Reading {
  readonly name: string;
  readonly partition: string;
  readonly lines: OpenLines;
  /** As it was last seen. */
  file: SeenFile;
  /** It is read to its end and then done with: its name is another file's. */
  isLeft = false;
  /** Nothing more is read of it. */
  isFinished = false;
  /** Since when there was nothing new, in ms of a clock that never jumps. */
  quietSince: number | undefined;
  /** It has no name any more, or none in its folder. */
  isNameless = false;
  /** Up to where everything is dealt with. */
  kept: FilePosition;
  readonly #path: string;
  #looked: SeenFile | undefined;
  /** Records that are on their way, oldest first. */
  #marks: Mark[] = [];

  constructor({ name, path, partition, file, lines, kept }: ReadingOptions) {
    this.name = name;
    this.#path = path;
    this.partition = partition;
    this.file = file;
    this.lines = lines;
    // A file of which nothing is read yet is known by its inode: it may be rotated before the next run.
    this.kept = kept ?? this.#position({ offset: 0, line: 1, fingerprint: "" }, file.modifiedAt);
  }

  /** Everything that was handed out is dealt with. */
  get isSettled(): boolean {
    return this.#marks.length === 0;
  }

  /** How far it is read, as a position. */
  get read(): FilePosition {
    return this.#position(this.lines.readPosition, this.kept.at);
  }

  /** It was read as far as it was long when it was last seen. */
  get isReadThrough(): boolean {
    return this.file.sizeBytes <= this.lines.offset;
  }

  /** Whether what was read last is still in it. */
  async holds(): Promise<boolean> {
    const { sizeBytes, modifiedAt } = this.file;
    if (this.#looked?.sizeBytes === sizeBytes && this.#looked.modifiedAt === modifiedAt) return true;
    const holds = await this.lines.holds();
    if (holds) this.#looked = this.file;
    return holds;
  }

  /** The records that come next; undefined: none for now. */
  async next(): Promise<SourceRecord[] | undefined> {
    const lines = await this.lines.next();
    return lines?.flatMap((line) => this.#handOut(line));
  }

  /** Nothing more is read. @returns the last line, where it has no line end */
  finish(): SourceRecord[] {
    this.isFinished = true;
    const last = this.lines.end();
    return last === undefined ? [] : this.#handOut(last);
  }

  /** Everything up to there is dealt with. */
  settle(offset: bigint, now: number): void {
    const behind = this.#marks.findIndex((mark) => BigInt(mark.offset) > offset);
    const settled = this.#marks.splice(0, behind === -1 ? this.#marks.length : behind);
    const last = settled.at(-1);
    if (last !== undefined) this.kept = this.#position(last, now);
  }

  #handOut(line: Line): SourceRecord[] {
    const now = this.file.name === this.name ? this.name : `${this.name} (now ${this.file.name})`;
    const record = lineRecord(line, { partition: this.partition, name: now, path: this.#path });
    if (record === undefined) return [];
    this.#marks.push({ offset: line.end, line: line.number + 1, fingerprint: fingerprintOf(line.tail) });
    return [record];
  }

  #position({ offset, line, fingerprint }: Mark, at: number): FilePosition {
    const { device, inode, sizeBytes } = this.file;
    const seenBytes = Math.max(sizeBytes, this.lines.readPosition.sizeBytes);
    return { name: this.name, device, inode, offset, line, fingerprint, sizeBytes: seenBytes, at };
  }
}
