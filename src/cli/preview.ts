import type { Style } from "../ui/style.js";
import type { Invocation } from "./command-spec.js";
import { writeText } from "./write-stream.js";

/** Whether somebody is there to be asked, and wants to be. */
export function isAsked({ context, globals }: Invocation): boolean {
  return globals.yes !== true && globals.input && context.stdin.isTTY === true && context.stderr.isTTY === true;
}

/** Shows what a question is about where the question is asked. */
export async function preview<Document>(
  { context, output }: Invocation,
  document: Document,
  render: (document: Document, style: Style) => string,
): Promise<void> {
  const { styleFor } = await import("../ui/style.js");
  await writeText(context.stderr, render(document, await styleFor(context.stderr, output.isColourWanted)));
}
