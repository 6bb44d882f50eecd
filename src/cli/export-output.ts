import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { EvpError } from "../core/errors.js";
import type { JsonObject } from "../core/event.js";
import { wideJsonDocument } from "../ui/wide-json.js";
import type { Invocation } from "./command-spec.js";

/** The document of `evp export … --out --json`. */
interface WrittenExport {
  /** As it was given, with the name of the file where a folder was. */
  file: string;
  /** How many resources, or policies, are in it. */
  count: number;
}

/** Prints what was exported, or writes it where `--out` says. The files are evp's own: what is there is replaced. @returns the text */
export async function writeExport(
  { context, output }: Pick<Invocation, "context" | "output">,
  exported: JsonObject,
  { file, count, what }: { file: string | undefined; count: number; what: string },
): Promise<string> {
  const text = wideJsonDocument(exported);
  if (file === undefined) {
    await output.result(exported, () => text);
    return text;
  }
  const path = resolve(context.cwd, file);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new EvpError(`${file} cannot be written: ${why}`, {
      code: "export-not-written",
      category: "failed",
      hint: "Name another place with --out.",
      cause: error,
    });
  }
  const written: WrittenExport = { file, count };
  await output.result(written, () => `${file}: ${count} ${what}\n`);
  return text;
}
