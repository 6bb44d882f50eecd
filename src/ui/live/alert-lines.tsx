import type { ReactNode } from "react";
import { cleanText } from "../external-text.js";
import { type Colour, Figure } from "./line.js";

interface AlertLinesProps {
  /** What is wrong with what the texts name. */
  label: string;
  /** How many there are of these in all; told where it is more than one. */
  count: number;
  /** A line each, no two the same; may come from outside. */
  texts: string[];
  /** How many fit. */
  rows: number;
  color?: Colour;
}

/** What somebody should look at, a line each, as far as there is room. */
export function AlertLines({ label, count, texts, rows, color }: AlertLinesProps): ReactNode {
  return texts.slice(0, rows).map((text, index) => {
    const name = count > 1 ? `${label} ${count}` : label;
    return (
      <Figure key={text} label={index === 0 ? name : ""} {...(color === undefined ? {} : { color })}>
        {cleanText(text)}
      </Figure>
    );
  });
}
