import type { ChalkInstance } from "chalk";

/** How text is laid out for one stream. */
export interface Style {
  /** Characters of a line; infinite where nobody looks at a screen, so that nothing is cut. */
  width: number;
  colour: ChalkInstance;
}

/** Of a terminal that does not tell its width, or says 0. */
const USUAL_WIDTH = 80;

/** @param stream its `isTTY` decides whether colour is allowed at all */
export async function styleFor(
  stream: { isTTY?: boolean | undefined; columns?: number | undefined },
  isColourWanted: boolean,
): Promise<Style> {
  const { Chalk } = await import("chalk");
  const isTerminal = stream.isTTY === true;
  return {
    width: isTerminal ? stream.columns || USUAL_WIDTH : Number.POSITIVE_INFINITY,
    colour: new Chalk({ level: isColourWanted && isTerminal ? 1 : 0 }),
  };
}
