import type { OutputStream } from "./context.js";

/** More is a program that has gone wrong again and again, and its beginning tells how. */
const MAX_KEPT_CHARACTERS = 64 * 1024;

export interface PrintedByWorkers {
  take(text: string): void;
  /** Prints what was kept, once the terminal is given back. */
  printKept(): void;
}

/** What workers print goes to stderr at once; while a live view has the terminal's other screen, it is kept until that ends. */
export function createPrintedByWorkers(stderr: Pick<OutputStream, "write">, isScreenTaken: boolean): PrintedByWorkers {
  let kept = "";
  return {
    take(text) {
      if (!isScreenTaken) stderr.write(text);
      else kept += text.slice(0, MAX_KEPT_CHARACTERS - kept.length);
    },
    printKept() {
      if (kept !== "") stderr.write(kept);
      kept = "";
    },
  };
}
