import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { batchesOf, follow, here, readAll, setUp } from "./file-source-support.js";

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
