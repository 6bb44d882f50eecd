import { Box, Text } from "ink";
import type { ReactNode } from "react";

export type Colour = "red" | "green" | "yellow";

/** Colours a text where colour is wanted. */
export type Paint = (colour: Colour) => { color?: Colour };

export function paintWith(isColourWanted: boolean): Paint {
  return (colour) => (isColourWanted ? { color: colour } : {});
}

interface LineProps {
  children?: ReactNode;
  color?: Colour;
}

/** One line, however long its text is. */
export function Line({ children = " ", color }: LineProps): ReactNode {
  return (
    <Box height={1} flexShrink={0}>
      <Text wrap="truncate" {...(color === undefined ? {} : { color })}>
        {children}
      </Text>
    </Box>
  );
}

/** Characters that the names of figures take. */
export const LABEL_WIDTH = 13;

interface FigureProps extends LineProps {
  /** What it is; none for what goes on with the line before. */
  label: string;
}

/** One line: what it is, and how much. */
export function Figure({ label, children, color }: FigureProps): ReactNode {
  return (
    <Line {...(color === undefined ? {} : { color })}>
      {label.padEnd(LABEL_WIDTH)}
      {children}
    </Line>
  );
}
