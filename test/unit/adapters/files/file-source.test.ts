import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openFileSource } from "../../../../src/adapters/files/file-source.js";
import { OpenLines } from "../../../../src/adapters/files/open-lines.js";
import { systemClock } from "../../../../src/adapters/system-clock.js";
import type { RecordSource, SourceRecord } from "../../../../src/ports/record-source.js";

const here = { host: "here", machine: "m", pid: process.pid, isRunning: () => true };

/** A folder with a file `o.ndjson`, and what it takes to read it. */
function setUp() {
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

function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return "";
  }
}

const textOf = ({ text, bytes }: SourceRecord) => text ?? `0x${Buffer.from(bytes).toString("hex")}`;

async function batchesOf(source: RecordSource): Promise<SourceRecord[][]> {
  const batches: SourceRecord[][] = [];
  for await (const batch of source.read(new AbortController().signal)) batches.push(batch);
  return batches;
}

async function commitAll(source: RecordSource, records: SourceRecord[]): Promise<void> {
  const last = new Map(records.map(({ partition, position }) => [partition, position]));
  await source.commit([...last].map(([partition, position]) => ({ partition, position })));
}

/** Reads what is there, keeps the position, and closes. */
async function readAll(source: RecordSource, { commit = true } = {}): Promise<string[]> {
  const records: SourceRecord[] = [];
  for await (const batch of source.read(new AbortController().signal)) records.push(...batch);
  if (commit && records.length > 0) await commitAll(source, records);
  await source.close();
  return records.map(textOf);
}

/** Follows a source in the background. */
function follow(source: RecordSource, { commit = true } = {}) {
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

describe("a file that is read to its end", () => {
  it("is gone on with where the last run was", async () => {
    const { path, notices, open } = setUp();
    writeFileSync(path, "a\r\n\nb\n");
    expect(await readAll(await open())).toEqual(["a", "b"]);
    expect(await readAll(await open())).toEqual([]);
    appendFileSync(path, "c\nd");
    expect(await readAll(await open())).toEqual(["c", "d"]);
    expect(notices).toEqual([
      "Reading o.ndjson from its beginning.",
      "Going on in o.ndjson at line 4 (byte 6).",
      "Going on in o.ndjson at line 4 (byte 6).",
    ]);
    expect(await readAll(await open({ fromBeginning: true }))).toEqual(["a", "b", "c", "d"]);
  });

  it("is read again from what was kept, when nothing was", async () => {
    const { path, open } = setUp();
    writeFileSync(path, "a\nb\n");
    expect(await readAll(await open(), { commit: false })).toEqual(["a", "b"]);
    expect(await readAll(await open())).toEqual(["a", "b"]);
  });

  it("is gone on with behind the record that was kept, not behind what was read", async () => {
    const { path, positionFile, open } = setUp();
    writeFileSync(path, "a\nb\nc\n");
    const source = await open();
    const [batch = []] = await batchesOf(source);
    await source.commit([{ partition: path, position: batch[1]?.position ?? 0n }]);
    await source.close();
    expect(JSON.parse(readFileSync(positionFile, "utf8"))).toMatchObject({
      source: path,
      files: [{ name: "o.ndjson", offset: 4, line: 3, inode: String(statSync(path).ino), sizeBytes: 6 }],
    });
    expect(await readAll(await open())).toEqual(["c"]);
  });

  it("gives lines that are no text, and lines too long to be held, for what they are", async () => {
    const { path, open } = setUp();
    const long = "x".repeat(3_000_000);
    writeFileSync(path, Buffer.concat([Buffer.from([0xff, 0x0a]), Buffer.from(`${long}\nz\n`)]));
    const source = await open();
    const records = (await batchesOf(source)).flat();
    await source.close();
    expect(
      records.map(({ text, bytes, cut, position, place, origin }) => [
        text,
        bytes.length,
        cut?.sizeBytes,
        position,
        place,
        origin,
      ]),
    ).toEqual([
      [undefined, 1, undefined, 2n, "o.ndjson line 1", { file: path, line: "1" }],
      [undefined, 65_536, 3_000_000, 3_000_003n, "o.ndjson line 2", { file: path, line: "2" }],
      ["z", 1, undefined, 3_000_005n, "o.ndjson line 3", { file: path, line: "3" }],
    ]);
  });

  it("was renamed since: the old one is finished before the new one", async () => {
    const { path, notices, open, at } = setUp();
    writeFileSync(path, "a\n");
    await readAll(await open());
    appendFileSync(path, "b\n");
    renameSync(path, at("o.ndjson.1"));
    writeFileSync(path, "c\n");
    expect(await readAll(await open())).toEqual(["b", "c"]);
    expect(notices).toContain("o.ndjson is now o.ndjson.1, which is read to its end first.");
    expect(await readAll(await open())).toEqual([]);
    appendFileSync(path, "d\n");
    expect(await readAll(await open())).toEqual(["d"]);
  });

  it("was rotated several times since: what nobody has read is named", async () => {
    const { path, notices, open, at } = setUp();
    writeFileSync(path, "a\n");
    await readAll(await open());
    renameSync(path, at("o.ndjson.2"));
    appendFileSync(at("o.ndjson.2"), "b\n");
    writeFileSync(at("o.ndjson.1"), "missed\n");
    writeFileSync(path, "c\n");
    expect(await readAll(await open())).toEqual(["b", "c"]);
    expect(notices).toContain(
      "o.ndjson is now o.ndjson.2, which is read to its end first. Not read, although it may hold events: o.ndjson.1 (name it to evp ingest file).",
    );
  });

  it("was rotated since before anything of it was kept: it is known by its inode", async () => {
    const { path, open, at } = setUp();
    writeFileSync(path, "");
    await readAll(await open());
    appendFileSync(path, "a\n");
    renameSync(path, at("o.ndjson.1"));
    writeFileSync(path, "b\n");
    expect(await readAll(await open())).toEqual(["a", "b"]);
  });

  it("was copied and truncated since: the copy is finished first", async () => {
    const { path, open, at } = setUp();
    writeFileSync(path, "first line\n");
    await readAll(await open());
    appendFileSync(path, "b\n");
    copyFileSync(path, at("o.ndjson.1"));
    truncateSync(path);
    writeFileSync(path, "another line, and longer than what was read\n", { flag: "r+" });
    expect(await readAll(await open())).toEqual(["b", "another line, and longer than what was read"]);
    expect(await readAll(await open())).toEqual([]);
  });

  it("was truncated with no copy, or replaced by one of the same length: said, and read from its beginning", async () => {
    const { path, notices, open } = setUp();
    writeFileSync(path, "aaaa\n");
    await readAll(await open());
    truncateSync(path);
    writeFileSync(path, "bbbb\n", { flag: "r+" });
    expect(await readAll(await open())).toEqual(["bbbb"]);
    rmSync(path);
    writeFileSync(path, "cccc\n");
    expect(await readAll(await open())).toEqual(["cccc"]);
    expect(notices.filter((text) => text.includes("was truncated or replaced"))).toHaveLength(2);
  });

  it("is not there", async () => {
    const source = await setUp().open();
    await expect(readAll(source)).rejects.toThrow("there is no");
    await source.close();
  });

  it("has a position that cannot be read", async () => {
    const { path, positionFile, open } = setUp();
    writeFileSync(path, "a\n");
    await readAll(await open());
    writeFileSync(positionFile, "{");
    await expect(open()).rejects.toThrow("does not say how far the source was read");
    expect(await readAll(await open({ fromBeginning: true }))).toEqual(["a"]);
  });
});

describe("a file that is followed", () => {
  it("gives each line once it is whole", async () => {
    const { path, open } = setUp();
    writeFileSync(path, "a\nha");
    const { until } = follow(await open({ follow: true }));
    await until("a");
    appendFileSync(path, "lf 🚀".slice(0, 4));
    appendFileSync(path, "\nc\n");
    await until("a", `half ${"🚀".slice(0, 1)}`.replace(/\ud83d$/, "\ufffd"), "c");
  });

  it("is waited for", async () => {
    const { path, notices, open } = setUp();
    const { until } = follow(await open({ follow: true }));
    await expect.poll(() => notices).toEqual([`${path} is not there yet.`]);
    writeFileSync(path, "a\n");
    await until("a");
  });

  it("is renamed, still written to, and begun anew", async () => {
    const { path, notices, open, at } = setUp();
    writeFileSync(path, "a\n");
    const { until, partitions, places, end } = follow(await open({ follow: true }));
    await until("a");
    renameSync(path, at("o.ndjson.1"));
    appendFileSync(at("o.ndjson.1"), "b\n");
    await until("a", "b");
    writeFileSync(path, "");
    await expect.poll(() => notices.filter((text) => text === "Reading o.ndjson from its beginning.")).toHaveLength(2);
    // Whoever writes does not know of it yet.
    appendFileSync(at("o.ndjson.1"), "c\nlast");
    await until("a", "b", "c");
    appendFileSync(path, "d\n");
    await until("a", "b", "c", "last", "d");
    expect([...partitions]).toEqual([path, `${path} (2)`]);
    expect(places).toContain("o.ndjson (now o.ndjson.1) line 4");
    expect(notices.filter((text) => text.includes("is now o.ndjson.1"))).toHaveLength(1);
    await end();
    appendFileSync(path, "e\n");
    expect(await readAll(await open())).toEqual(["e"]);
  });

  it("is rotated again and again", async () => {
    const { path, open, at } = setUp();
    const { until } = follow(await open({ follow: true }));
    const expected: string[] = [];
    for (let round = 0; round < 6; round++) {
      writeFileSync(path, `${round} first\n`, { flag: "a" });
      expected.push(`${round} first`);
      await until(...expected);
      if (existsSync(at("o.ndjson.1"))) renameSync(at("o.ndjson.1"), at("o.ndjson.2"));
      renameSync(path, at("o.ndjson.1"));
      writeFileSync(path, `${round} second\n`);
      expected.push(`${round} second`);
      await until(...expected);
    }
  });

  it("is copied and truncated", async () => {
    const { path, open, at } = setUp();
    writeFileSync(path, "a line of the first kind\n");
    const { until, end } = follow(await open({ follow: true }));
    await until("a line of the first kind");
    copyFileSync(path, at("o.ndjson.1"));
    truncateSync(path);
    appendFileSync(path, "b\n");
    await until("a line of the first kind", "b");
    await end();
    appendFileSync(path, "c\n");
    expect(await readAll(await open())).toEqual(["c"]);
  });

  it("is deleted, and begun anew", async () => {
    const { path, open } = setUp();
    writeFileSync(path, "a\n");
    const { until } = follow(await open({ follow: true }));
    await until("a");
    rmSync(path);
    writeFileSync(path, "b\n");
    await until("a", "b");
  });

  it("leaves what was read and not kept of a rotated file to the next run", async () => {
    const { path, open, at } = setUp();
    writeFileSync(path, "a\n");
    await readAll(await open());
    appendFileSync(path, "b\n");
    const { until, end } = follow(await open({ follow: true }), { commit: false });
    await until("b");
    renameSync(path, at("o.ndjson.1"));
    writeFileSync(path, "c\n");
    await until("b", "c");
    await end();
    expect(await readAll(await open())).toEqual(["b", "c"]);
  });

  it.runIf(existsSync("/proc/self/fd"))(
    "is not written to for a minute: it is closed, and opened again when it is; one without a name is given up",
    async () => {
      const { path, at, open } = setUp();
      writeFileSync(path, "a\n");
      writeFileSync(at("p.ndjson"), "p\n");
      let aheadMs = 0;
      const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + aheadMs };
      const { until } = follow(await open({ path: join(path, ".."), isFolder: true, follow: true, clock }));
      const openFiles = () => readdirSync("/proc/self/fd").filter((fd) => linkOf(fd).startsWith(join(path, "..")));
      await until("a", "p");
      expect(openFiles()).toHaveLength(2);
      rmSync(at("p.ndjson"));
      const openLater = () => {
        aheadMs += 20_000;
        return openFiles();
      };
      await expect.poll(openLater, { timeout: 20_000, interval: 100 }).toEqual([]);
      appendFileSync(path, "b\n");
      await until("a", "p", "b");
      renameSync(path, at("o.ndjson.1"));
      writeFileSync(path, "c\n");
      await until("a", "p", "b", "c");
    },
  );

  it("ends at a signal while there is nothing to read", async () => {
    const { path, open } = setUp();
    writeFileSync(path, "a\nhalf");
    const { until, end } = follow(await open({ follow: true }));
    await until("a");
    await end();
    appendFileSync(path, " a line\n");
    expect(await readAll(await open())).toEqual(["half a line"]);
  });
});

describe("a folder", () => {
  it("is read file by file, in the order of the names, each with a position of its own", async () => {
    const { data, at, open } = setUp();
    writeFileSync(at("b.jsonl"), "b1\n");
    writeFileSync(at("a.ndjson"), "a1\na2\n");
    writeFileSync(at("notes.txt"), "no\n");
    mkdirSync(at("c.ndjson"));
    const folder = { path: data, isFolder: true };
    expect(await readAll(await open(folder))).toEqual(["a1", "a2", "b1"]);
    appendFileSync(at("a.ndjson"), "a3\n");
    writeFileSync(at("d.ndjson"), "d1\n");
    expect(await readAll(await open(folder))).toEqual(["a3", "d1"]);
  });

  it("is followed: new files, renamed ones, and those that are done with and deleted", async () => {
    const { data, at, notices, open } = setUp();
    writeFileSync(at("a.ndjson"), "a1\n");
    const { until, end } = follow(await open({ path: data, isFolder: true, follow: true }));
    await until("a1");
    writeFileSync(at("b.ndjson"), "b1\n");
    await until("a1", "b1");
    renameSync(at("a.ndjson"), at("a-1.ndjson"));
    appendFileSync(at("a-1.ndjson"), "a2\n");
    writeFileSync(at("a.ndjson"), "new\n");
    await until("a1", "b1", "a2", "new");
    rmSync(at("b.ndjson"));
    await end();
    const before = notices.length;
    expect(await readAll(await open({ path: data, isFolder: true }))).toEqual([]);
    expect(notices.slice(before).join()).not.toContain("missed");
  });
});

it("a file that is truncated and longer again before the next read is not taken for itself", async () => {
  const { data, path } = setUp();
  writeFileSync(path, "the first line\n");
  const file = { name: "o.ndjson", device: "1", inode: "1", sizeBytes: 15, modifiedAt: 0 };
  const lines = await OpenLines.open(data, file, undefined);
  expect((await lines.next())?.map(({ bytes }) => bytes.toString())).toEqual(["the first line"]);
  truncateSync(path);
  writeFileSync(path, "another first line\nand a second one\n", { flag: "r+" });
  expect(await lines.next()).toBeUndefined();
  expect(await lines.holds()).toBe(false);
  await lines.close();
});

describe("two at once", () => {
  it("are refused: of the same file, and of a folder and a file in it", async () => {
    const { data, path, positionFile, open } = setUp();
    writeFileSync(path, "a\n");
    const first = await open();
    await expect(open()).rejects.toThrow(`process ${process.pid} on here reads ${path} already`);
    const other = { ...here, pid: process.ppid };
    const folderOptions = { path: data, isFolder: true, positionFile: positionFile.replace("o.json", "data.json") };
    await expect(open({ ...folderOptions, here: other })).rejects.toThrow("already");
    await first.close();
    await (await open(folderOptions)).close();
  });

  it("are no two when one is dead, was another process of that id, or is silent on another machine", async () => {
    const { path, positionFile, open } = setUp();
    writeFileSync(path, "a\n");
    const lock = `${positionFile}.lock`;
    mkdirSync(join(positionFile, ".."), { recursive: true });
    const write = (holder: object) => writeFileSync(lock, JSON.stringify({ source: path, host: "h", ...holder }));
    write({ machine: "m", pid: 1, began: "" });
    await (await open({ here: { ...here, isRunning: () => false } })).close();
    write({ machine: "m", pid: process.pid, began: "12" });
    await (await open()).close();
    writeFileSync(lock, "");
    await (await open()).close();
    write({ machine: "elsewhere", pid: 1, began: "" });
    await expect(open()).rejects.toThrow("process 1 on h reads");
    const { utimesSync } = await import("node:fs");
    utimesSync(lock, new Date(0), new Date(0));
    await (await open()).close();
    expect(existsSync(lock)).toBe(false);
  });
});
