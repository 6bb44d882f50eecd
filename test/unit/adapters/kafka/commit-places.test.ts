import { expect, it } from "vitest";
import { dueCommits, type HeldPlace, noteCommitted, settle } from "../../../../src/adapters/kafka/commit-places.js";

function placeAt(changes: Partial<HeldPlace> = {}): HeldPlace {
  return { next: 10n, committed: 10n, settled: undefined, handedOut: undefined, ...changes };
}

function places(...all: HeldPlace[]): Map<number, HeldPlace> {
  return new Map(all.map((place, partition) => [partition, place]));
}

it("commits the offset behind the frontier", () => {
  const held = places(placeAt({ next: 20n, handedOut: 19n }), placeAt({ next: 15n, handedOut: 14n }));
  settle("t", held, [{ partition: "t/0", position: 12n }]);
  expect(dueCommits(held)).toEqual([{ partition: 0, offset: 13n }]);
  noteCommitted(held, dueCommits(held));
  expect(dueCommits(held)).toEqual([]);
});

it("leaves out partitions that are not held, and topics that are others", () => {
  const held = places(placeAt({ next: 20n, handedOut: 19n }));
  settle("t", held, [
    { partition: "t/1", position: 12n },
    { partition: "u/0", position: 12n },
  ]);
  expect(dueCommits(held)).toEqual([]);
});

it("never goes back behind what the group has committed, nor behind a frontier", () => {
  const held = places(placeAt({ next: 20n, handedOut: 19n }));
  settle("t", held, [{ partition: "t/0", position: 8n }]);
  expect(dueCommits(held)).toEqual([]);
  settle("t", held, [{ partition: "t/0", position: 15n }]);
  settle("t", held, [{ partition: "t/0", position: 12n }]);
  expect(dueCommits(held)).toEqual([{ partition: 0, offset: 16n }]);
});

it("commits past markers and gaps once the last record before them is dealt with, and not sooner", () => {
  const held = places(placeAt({ next: 25n, handedOut: 19n }));
  settle("t", held, [{ partition: "t/0", position: 18n }]);
  expect(dueCommits(held)).toEqual([{ partition: 0, offset: 19n }]);
  settle("t", held, [{ partition: "t/0", position: 19n }]);
  expect(dueCommits(held)).toEqual([{ partition: 0, offset: 25n }]);
});

it("commits past markers that no record came with, and where a new group begins", () => {
  expect(dueCommits(places(placeAt({ next: 13n })))).toEqual([{ partition: 0, offset: 13n }]);
  expect(dueCommits(places(placeAt({ next: 0n, committed: -1n })))).toEqual([{ partition: 0, offset: 0n }]);
});

it("commits nothing of a new group's first records before they are dealt with", () => {
  const held = places(placeAt({ next: 5n, committed: -1n, handedOut: 4n }));
  expect(dueCommits(held)).toEqual([]);
  settle("t", held, [{ partition: "t/0", position: 0n }]);
  expect(dueCommits(held)).toEqual([{ partition: 0, offset: 1n }]);
});
