import { mkdirSync, mkdtempSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { openFileSource } from "../../../../src/adapters/files/file-source.js";
import { systemClock } from "../../../../src/adapters/system-clock.js";
import type { RecordSource, SourceRecord } from "../../../../src/ports/record-source.js";

export const here = { host: "here", machine: "m", pid: process.pid, isRunning: () => true };

/** A folder with a file `o.ndjson`, and what it takes to read it. */
export function setUp() {
  const folder = mkdtempSync(join(tmpdir(), "evp-files-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const data = join(folder, "data");
  mkdirSync(data);
  const path = join(data, "o.ndjson");
  const positionFile = join(folder, "state", "o.json");
  const notices: string[] = [];
  const open = (options: Partial<Parameters<typeof openFileSource>[0]> = {}) =>
    openFileSource({
      path,
      isFolder: false,
      follow: false,
      fromBeginning: false,
      positionFile,
      clock: systemClock,
      here,
      notify: (text) => notices.push(text),
      ...options,
    });
  return { data, path, positionFile, notices, open, at: (name: string) => join(data, name) };
}

export function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return "";
  }
}

export const textOf = ({ text, bytes }: SourceRecord) => text ?? `0x${Buffer.from(bytes).toString("hex")}`;

export async function batchesOf(source: RecordSource): Promise<SourceRecord[][]> {
  const batches: SourceRecord[][] = [];
  for await (const batch of source.read(new AbortController().signal)) batches.push(batch);
  return batches;
}

export async function commitAll(source: RecordSource, records: SourceRecord[]): Promise<void> {
  const last = new Map(records.map(({ partition, position }) => [partition, position]));
  await source.commit([...last].map(([partition, position]) => ({ partition, position })));
}

/** Reads what is there, keeps the position, and closes. */
export async function readAll(source: RecordSource, { commit = true } = {}): Promise<string[]> {
  const records: SourceRecord[] = [];
  for await (const batch of source.read(new AbortController().signal)) records.push(...batch);
  if (commit && records.length > 0) await commitAll(source, records);
  await source.close();
  return records.map(textOf);
}

/** Follows a source in the background. */
export function follow(source: RecordSource, { commit = true } = {}) {
  const stop = new AbortController();
  const texts: string[] = [];
  const places: string[] = [];
  const partitions = new Set<string>();
  const done = (async () => {
    for await (const batch of source.read(stop.signal)) {
      if (commit) await commitAll(source, batch);
      for (const { partition } of batch) partitions.add(partition);
      places.push(...batch.map(({ place }) => place));
      texts.push(...batch.map(textOf));
    }
  })();
  const end = async () => {
    stop.abort();
    await done;
    await source.close();
  };
  onTestFinished(end);
  return {
    texts,
    places,
    partitions,
    end,
    until: (...expected: string[]) => expect.poll(() => texts, { timeout: 20_000, interval: 10 }).toEqual(expected),
  };
}
