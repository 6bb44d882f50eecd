import { expect, it } from "vitest";
import { buildCommandTree } from "../../../src/cli/command-tree.js";
import type { OutputStream } from "../../../src/cli/context.js";
import { fitHelp } from "../../../src/cli/ready-help.js";

/** The help of evp as a whole, as commander makes it. */
function helpFor(columns: number): string {
  const parts: string[] = [];
  const stdout = { columns, write: (part: string) => parts.push(part) > 0 } as unknown as OutputStream;
  buildCommandTree({ version: "1.2.3", stdout, stderr: stdout, run: async () => {}, onDescend: () => {} }).outputHelp();
  return parts.join("");
}

it("help that was made for any width is, fitted to a terminal, what commander makes for that one", () => {
  const wide = helpFor(Number.POSITIVE_INFINITY);
  for (let columns = 20; columns <= 200; columns++) expect(fitHelp(wide, columns)).toBe(helpFor(columns));
});
