import {
  appendFileSync,
  copyFileSync,
  existsSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { OpenLines } from "../../../../src/adapters/files/open-lines.js";
import { systemClock } from "../../../../src/adapters/system-clock.js";
import { follow, linkOf, readAll, setUp } from "./file-source-support.js";

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
