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
  align?: "right";
  paint?(text: string, row: Row, style: Style): string;
}

const GAP = "  ";

/** Rows under a line of titles, fitted to the width; where even that is too narrow, each row as a block of its own. */
export function renderTable<Row>(columns: Column<Row>[], rows: Row[], style: Style): string {
  const cells = rows.map((row) => columns.map((column) => cleanText(column.text(row))));
  const widths = fittingWidths(columns, cells, style.width);
  if (widths === undefined) return renderBlocks(columns, rows, cells, style);
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

function renderBlocks<Row>(columns: Column<Row>[], rows: Row[], cells: string[][], style: Style): string {
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
