import { Chalk } from "chalk";
import { expect, test } from "vitest";
import { fitText } from "../../../src/ui/plain/fit-text.js";
import { type Column, renderTable } from "../../../src/ui/plain/table.js";

interface Row {
  name: string;
  count: number;
  detail: string;
}

const COLUMNS: Column<Row>[] = [
  { title: "NAME", text: (row) => row.name },
  { title: "COUNT", text: (row) => String(row.count), align: "right" },
  { title: "DETAIL", text: (row) => row.detail, minWidth: 6 },
];
const ROWS: Row[] = [
  { name: "one", count: 7, detail: "short" },
  { name: "twenty", count: 1234, detail: "something that is longer" },
];
const colour = new Chalk({ level: 0 });

test("columns are as wide as they need to be", () => {
  expect(renderTable(COLUMNS, ROWS, { width: 80, colour })).toBe(
    "NAME    COUNT  DETAIL\n" + "one         7  short\n" + "twenty   1234  something that is longer\n",
  );
});

test("what does not fit is cut where that may be, with an ellipsis", () => {
  expect(renderTable(COLUMNS, ROWS, { width: 26, colour })).toBe(
    "NAME    COUNT  DETAIL\n" + "one         7  short\n" + "twenty   1234  something …\n",
  );
});

test("a column that is optional goes before anything else does", () => {
  const columns = COLUMNS.map((column) => (column.title === "COUNT" ? { ...column, isOptional: true } : column));
  expect(renderTable(columns, ROWS, { width: 15, colour })).toBe("NAME    DETAIL\none     short\ntwenty  someth…\n");
});

test("a terminal that is too narrow for that gets a block for each row", () => {
  expect(renderTable(COLUMNS, ROWS.slice(0, 1), { width: 15, colour })).toBe("NAME: one\nCOUNT: 7\nDETAIL: short\n");
});

test("nothing is cut where nobody looks at a screen", () => {
  const rows = [{ name: "x", count: 1, detail: "y".repeat(500) }];
  expect(renderTable(COLUMNS, rows, { width: Number.POSITIVE_INFINITY, colour })).toContain("y".repeat(500));
});

test("text from outside cannot break out of its cell", () => {
  const rows = [{ name: "a\nb\u001b[31m", count: 1, detail: "c\u0007\u202e" }];
  expect(renderTable(COLUMNS, rows, { width: 80, colour })).toBe("NAME  COUNT  DETAIL\na b       1  c\n");
});

test.each([
  ["hello", 5, "hello"],
  ["hello", 4, "hel…"],
  ["hello", 1, "…"],
  ["hello", 0, ""],
  ["日本語です", 6, "日本…"],
  ["👩‍👩‍👧👍ab", 4, "👩‍👩‍👧…"],
])("%s cut to %i characters of a terminal is %s", (text, width, fitted) => {
  expect(fitText(text, width)).toBe(fitted);
});
