import { describe, expect, it } from "vitest";
import { type FilePosition, isRelated, planFiles, type SeenFile } from "../../../src/core/file-plan.js";

const position = (name: string, inode: string, offset: number, more: Partial<FilePosition> = {}): FilePosition => ({
  name,
  device: "1",
  inode,
  offset,
  line: offset / 10 + 1,
  fingerprint: offset === 0 ? "" : `${name}@${offset}`,
  sizeBytes: offset,
  at: 1000,
  ...more,
});
const file = (name: string, inode: string, modifiedAt = 2000): SeenFile => ({
  name,
  device: "1",
  inode,
  sizeBytes: 100,
  modifiedAt,
});

/** `held`: names of the files that still hold what was read. */
function plan(positions: FilePosition[], wanted: SeenFile[], siblings: SeenFile[], held: string[]) {
  const { work, missed } = planFiles(positions, { wanted, siblings, holds: (_, { name }) => held.includes(name) });
  return {
    work: work.map(({ file: { name }, from, isLeft }) => `${name} from ${from?.offset ?? 0}${isLeft ? ", left" : ""}`),
    missed: missed.map(({ position: { name }, found, isReplaced, candidates }) => ({
      name,
      found: found?.name,
      isReplaced,
      candidates,
    })),
  };
}

const read = [position("o.ndjson", "7", 50)];
const nothingMissed: object[] = [];

describe("what has become of a file", () => {
  it.each([
    {
      what: "never read",
      positions: [],
      wanted: [file("o.ndjson", "7")],
      siblings: [file("o.ndjson.1", "6")],
      held: [],
      work: ["o.ndjson from 0"],
      missed: nothingMissed,
    },
    {
      what: "grown",
      positions: read,
      wanted: [file("o.ndjson", "7")],
      siblings: [],
      held: ["o.ndjson"],
      work: ["o.ndjson from 50"],
      missed: nothingMissed,
    },
    {
      what: "renamed, and another begun in its name",
      positions: read,
      wanted: [file("o.ndjson", "8")],
      siblings: [file("o.ndjson.1", "7")],
      held: ["o.ndjson.1"],
      work: ["o.ndjson.1 from 50, left", "o.ndjson from 0"],
      missed: [{ name: "o.ndjson", found: "o.ndjson.1", isReplaced: true, candidates: [] }],
    },
    {
      what: "renamed to anything, and none begun yet",
      positions: read,
      wanted: [],
      siblings: [file("archived", "7")],
      held: ["archived"],
      work: ["archived from 50, left"],
      missed: [{ name: "o.ndjson", found: "archived", isReplaced: false, candidates: [] }],
    },
    {
      what: "rotated several times",
      positions: read,
      wanted: [file("o.ndjson", "10")],
      siblings: [
        file("o.ndjson.1", "9", 5000),
        file("o.ndjson.2", "8", 4000),
        file("o.ndjson.3", "7", 3000),
        file("o.ndjson.4", "6", 500),
      ],
      held: ["o.ndjson.3"],
      work: ["o.ndjson.3 from 50, left", "o.ndjson from 0"],
      missed: [{ name: "o.ndjson", found: "o.ndjson.3", isReplaced: true, candidates: ["o.ndjson.1", "o.ndjson.2"] }],
    },
    {
      what: "copied and truncated",
      positions: read,
      wanted: [file("o.ndjson", "7")],
      siblings: [file("o.ndjson.1", "9")],
      held: ["o.ndjson.1"],
      work: ["o.ndjson.1 from 50, left", "o.ndjson from 0"],
      missed: [{ name: "o.ndjson", found: "o.ndjson.1", isReplaced: true, candidates: [] }],
    },
    {
      what: "truncated with no copy",
      positions: read,
      wanted: [file("o.ndjson", "7")],
      siblings: [file("unrelated", "9")],
      held: [],
      work: ["o.ndjson from 0"],
      missed: [{ name: "o.ndjson", found: undefined, isReplaced: true, candidates: [] }],
    },
    {
      what: "rotated and compressed",
      positions: read,
      wanted: [file("o.ndjson", "8")],
      siblings: [file("o.ndjson.1.gz", "9"), file("o-20261101.ndjson.gz", "5", 10)],
      held: [],
      work: ["o.ndjson from 0"],
      missed: [{ name: "o.ndjson", found: undefined, isReplaced: true, candidates: ["o.ndjson.1.gz"] }],
    },
    {
      what: "written anew by an editor, with more at its end",
      positions: read,
      wanted: [file("o.ndjson", "8")],
      siblings: [],
      held: ["o.ndjson"],
      work: ["o.ndjson from 50"],
      missed: nothingMissed,
    },
    {
      what: "read to its end and deleted",
      positions: read,
      wanted: [],
      siblings: [],
      held: [],
      work: [],
      missed: nothingMissed,
    },
    {
      what: "deleted before its end",
      positions: [position("o.ndjson", "7", 50, { sizeBytes: 90 })],
      wanted: [],
      siblings: [],
      held: [],
      work: [],
      missed: [{ name: "o.ndjson", found: undefined, isReplaced: false, candidates: [] }],
    },
    {
      what: "of a folder: renamed within what is asked for",
      positions: [position("a.ndjson", "7", 50), position("b.ndjson", "8", 20)],
      wanted: [file("a-1.ndjson", "7"), file("a.ndjson", "9"), file("b.ndjson", "8")],
      siblings: [],
      held: ["a-1.ndjson", "b.ndjson"],
      work: ["a-1.ndjson from 50", "a.ndjson from 0", "b.ndjson from 20"],
      missed: nothingMissed,
    },
    {
      what: "an inode that was used again",
      positions: read,
      wanted: [file("o.ndjson", "8"), file("other.ndjson", "7")],
      siblings: [],
      held: [],
      work: ["o.ndjson from 0", "other.ndjson from 0"],
      missed: [{ name: "o.ndjson", found: undefined, isReplaced: true, candidates: [] }],
    },
    {
      what: "at its beginning: another file is never taken for it",
      positions: [position("o.ndjson", "7", 0)],
      wanted: [file("o.ndjson", "8")],
      siblings: [file("o.ndjson.1", "9")],
      held: ["o.ndjson", "o.ndjson.1"],
      work: ["o.ndjson from 0"],
      missed: [{ name: "o.ndjson", found: undefined, isReplaced: true, candidates: ["o.ndjson.1"] }],
    },
  ])("$what", ({ positions, wanted, siblings, held, work, missed }) => {
    expect(plan(positions, wanted, siblings, held)).toEqual({ work, missed });
  });

  it.each([
    ["orders.ndjson", "orders.ndjson.1", true],
    ["orders.ndjson", "orders-20261121.ndjson", true],
    ["orders.ndjson", "orders.1.ndjson.gz", true],
    ["orders.ndjson", "ordersold.ndjson", false],
    ["orders", "orders.1", true],
    [".orders", ".orders.1", true],
    ["orders.ndjson", "other.ndjson", false],
  ])("%s may become %s: %s", (name, other, expected) => {
    expect(isRelated(name, other)).toBe(expected);
  });
});
