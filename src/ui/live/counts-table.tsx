import { Box, Text } from "ink";
import type { ReactNode } from "react";
import type { OutcomeCounts } from "../../app/processor-reports/run-state.js";
import { cleanText } from "../external-text.js";
import { compact, grouped } from "./figure-text.js";
import { Line } from "./line.js";

interface CountsTableProps {
  /** Of the first column. */
  title: string;
  counts: [string, OutcomeCounts][];
  /** Lines, the titles included. */
  rows: number;
  columns: number;
}

const WIDE = { titles: ["published", "rejected", "duplicates"], width: 12, text: grouped };
const NARROW = { titles: ["publ.", "rej.", "dupl."], width: 7, text: compact };
/** From here on there is room for whole titles and a name. */
const WIDE_COLUMNS = 56;
const LONGEST_NAME = 64;

/** Outcomes by name, the busiest first; those for which there is no line are counted. */
export function CountsTable({ title, counts, rows, columns }: CountsTableProps): ReactNode {
  const { titles, width, text } = columns < WIDE_COLUMNS ? NARROW : WIDE;
  const nameWidth = Math.min(LONGEST_NAME, columns - titles.length * width);
  const cells = (texts: string[]) => texts.map((each) => each.padStart(width)).join("");
  const fitting = counts.length < rows ? counts.length : Math.max(1, rows - 2);
  const hidden = counts.length - fitting;
  const hasRoomToCount = fitting + 2 <= rows;
  return (
    <Box flexDirection="column" width={columns} flexShrink={0}>
      <Row name={title} width={nameWidth} cells={cells(titles)} isTitle />
      {counts.slice(0, fitting).map(([name, { published, rejected, duplicates }]) => (
        <Row
          key={name}
          name={cleanText(name)}
          width={nameWidth}
          cells={cells([published, rejected, duplicates].map(text))}
        />
      ))}
      {hidden > 0 && hasRoomToCount && <Line>and {grouped(hidden)} more</Line>}
    </Box>
  );
}

interface RowProps {
  name: string;
  /** Of the name. */
  width: number;
  cells: string;
  isTitle?: boolean;
}

function Row({ name, width, cells, isTitle = false }: RowProps): ReactNode {
  return (
    <Box height={1} flexShrink={0}>
      <Box width={width} flexShrink={0}>
        <Text dimColor={isTitle} wrap="truncate">
          {name}
        </Text>
      </Box>
      <Text dimColor={isTitle}>{cells}</Text>
    </Box>
  );
}
