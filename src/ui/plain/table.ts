import stringWidth from "string-width";
import { cleanText } from "../external-text.js";
import type { Style } from "../style.js";
import { fitText } from "./fit-text.js";

export interface Column<Row> {
  title: string;
  /** The cell's text; it may come from outside. */
  text(row: Row): string;
  /** Characters below which the column is not cut; without it the column is never cut. */
  minWidth?: number;
  /** Left out, the last first, where the rest does not fit otherwise. */
  isOptional?: boolean;
  align?: "right";
  paint?(text: string, row: Row, style: Style): string;
}

const GAP = "  ";

/** Rows under a line of titles, fitted to the width; where even that is too narrow, each row as a block of its own. */
export function renderTable<Row>(columns: Column<Row>[], rows: Row[], style: Style): string {
  for (let shown: Column<Row>[] | undefined = columns; shown !== undefined; shown = withoutLastOptional(shown)) {
    const cells = cellsOf(shown, rows);
    const widths = fittingWidths(shown, cells, style.width);
    if (widths !== undefined) return renderLines({ columns: shown, rows, cells, style }, widths);
  }
  return renderBlocks({ columns, rows, cells: cellsOf(columns, rows), style });
}

interface Table<Row> {
  columns: Column<Row>[];
  rows: Row[];
  /** By row, then by column. */
  cells: string[][];
  style: Style;
}

function cellsOf<Row>(columns: Column<Row>[], rows: Row[]): string[][] {
  return rows.map((row) => columns.map((column) => cleanText(column.text(row))));
}

function withoutLastOptional<Row>(columns: Column<Row>[]): Column<Row>[] | undefined {
  const last = columns.findLastIndex((column) => column.isOptional === true);
  return last < 0 ? undefined : columns.toSpliced(last, 1);
}

function renderLines<Row>({ columns, rows, cells, style }: Table<Row>, widths: number[]): string {
  const titles = columns.map((column, index) => style.colour.dim(padCell(column, column.title, widths[index] ?? 0)));
  const lines = rows.map((row, rowIndex) =>
    columns.map((column, index) => {
      const padded = padCell(column, cells[rowIndex]?.[index] ?? "", widths[index] ?? 0);
      return column.paint?.(padded, row, style) ?? padded;
    }),
  );
  return [titles, ...lines].map((line) => `${line.join(GAP).trimEnd()}\n`).join("");
}

/** @returns undefined when the columns do not fit even at their smallest */
function fittingWidths<Row>(columns: Column<Row>[], cells: string[][], width: number): number[] | undefined {
  const widths = columns.map((column, index) =>
    Math.max(stringWidth(column.title), ...cells.map((row) => stringWidth(row[index] ?? ""))),
  );
  let excess = sum(widths) + GAP.length * (columns.length - 1) - width;
  while (excess > 0) {
    const index = widestShrinkable(columns, widths);
    if (index === undefined) return undefined;
    widths[index] = (widths[index] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

function widestShrinkable<Row>(columns: Column<Row>[], widths: number[]): number | undefined {
  let widest: number | undefined;
  for (const [index, column] of columns.entries()) {
    const width = widths[index] ?? 0;
    if (column.minWidth === undefined || width <= column.minWidth) continue;
    if (widest === undefined || width > (widths[widest] ?? 0)) widest = index;
  }
  return widest;
}

function padCell<Row>(column: Column<Row>, text: string, width: number): string {
  const fitted = fitText(text, width);
  const padding = " ".repeat(width - stringWidth(fitted));
  return column.align === "right" ? padding + fitted : fitted + padding;
}

function renderBlocks<Row>({ columns, rows, cells, style }: Table<Row>): string {
  const blocks = rows.map((row, rowIndex) => {
    const lines = columns.map((column, index) => {
      const text = cells[rowIndex]?.[index] ?? "";
      return `${style.colour.dim(`${column.title}:`)} ${column.paint?.(text, row, style) ?? text}\n`;
    });
    return lines.join("");
  });
  return blocks.join("\n");
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
