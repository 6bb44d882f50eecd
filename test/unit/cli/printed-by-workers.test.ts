import { expect, it } from "vitest";
import { createPrintedByWorkers } from "../../../src/cli/printed-by-workers.js";

function printer(isScreenTaken: boolean) {
  const written: string[] = [];
  const stderr = { write: (text: string) => written.push(text) > 0 };
  return { written, ...createPrintedByWorkers(stderr, isScreenTaken) };
}

it("is printed at once where nothing is drawn", () => {
  const { take, printKept, written } = printer(false);
  take("one");
  expect(written).toEqual(["one"]);
  printKept();
  expect(written).toEqual(["one"]);
});

it("is kept while a view has the screen, 64 KiB of it at most, and printed once after it", () => {
  const { take, printKept, written } = printer(true);
  take("first ");
  take("x".repeat(70_000));
  expect(written).toEqual([]);
  printKept();
  printKept();
  expect(written).toEqual([`first ${"x".repeat(65_536 - 6)}`]);
});
