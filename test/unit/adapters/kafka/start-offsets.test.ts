import { expect, it } from "vitest";
import { restartOffset, startOffset } from "../../../../src/adapters/kafka/start-offsets.js";

const earliest = new Map([
  [0, 10n],
  [1, 0n],
]);
const latest = new Map([
  [0, 50n],
  [1, 7n],
]);

it.each([
  ["what is committed", { committed: { 0: 20n }, fromBeginning: false }, [20n, 0n]],
  ["what is committed, whatever is asked for", { committed: { 0: 20n, 1: 3n }, fromBeginning: true }, [20n, 3n]],
  ["the end, for a group that has committed nothing", { committed: {}, fromBeginning: false }, [50n, 7n]],
  ["the beginning, where that is asked for", { committed: {}, fromBeginning: true }, [10n, 0n]],
  ["the beginning of a partition that came later", { committed: { 0: 50n }, fromBeginning: false }, [50n, 0n]],
])("reading begins at %s", (_, { committed, fromBeginning }, wanted) => {
  const known = {
    committed: new Map(Object.entries(committed).map(([partition, offset]) => [Number(partition), offset])),
    earliest,
    latest,
    fromBeginning,
  };
  expect([0, 1].map((partition) => startOffset(partition, known))).toEqual(wanted);
});

it.each([
  ["before what is there", 3n, { offset: 10n, lost: 7n }],
  ["behind the end, as of a topic that was made anew", 51n, { offset: 10n, lost: 0n }],
  ["at the beginning", 10n, undefined],
  ["at the end", 50n, undefined],
])("a position %s", (_, position, wanted) => {
  expect(restartOffset(position, { earliest: 10n, latest: 50n })).toEqual(wanted);
});
