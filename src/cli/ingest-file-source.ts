import { hash } from "node:crypto";
import { createReadStream, type Stats } from "node:fs";
import { access, constants, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { EvpError } from "../core/errors.js";
import type { Settings } from "../core/settings.js";
import type { RecordSource } from "../ports/record-source.js";
import type { Invocation } from "./command-spec.js";
import type { IngestFileFlags } from "./commands/ingest-file.js";

/** Opens a source once it is known which stack it goes to. */
type OpenSource = (settings: Settings) => Promise<RecordSource>;

/**
 * Finds out what `evp ingest file` is to read: a file, a folder, or a stream, of which no position can be kept.
 * @throws EvpError (usage), or a system error, when there is nothing to read
 */
export async function findFileSource(invocation: Invocation<IngestFileFlags>): Promise<OpenSource> {
  const { context, args, flags, output } = invocation;
  const [given = "-"] = args;
  if (given === "-") {
    refuseForStream(flags);
    return () => context.sources.openStream("stdin", context.stdin);
  }
  const path = await realPath(resolve(context.cwd, given));
  const kind = await look(path, flags.follow === true);
  if (kind !== undefined && !kind.isFile() && !kind.isDirectory()) {
    refuseForStream(flags);
    return () => context.sources.openStream(given, createReadStream(path));
  }
  return (settings) =>
    context.sources.openFile({
      path,
      isFolder: kind?.isDirectory() === true,
      follow: flags.follow === true,
      fromBeginning: flags.fromBeginning === true,
      positionFile: positionFile(settings, path),
      notify: (text) => output.note(text),
    });
}

/** The folder's own path, by whatever way it was named. A file that is a link stays one: it may lead elsewhere tomorrow. */
async function realPath(path: string): Promise<string> {
  return join(await realpath(dirname(path)), basename(path));
}

/** @returns undefined for a file that is waited for */
async function look(path: string, follow: boolean): Promise<Stats | undefined> {
  try {
    const stats = await stat(path);
    await access(path, constants.R_OK);
    return stats;
  } catch (error) {
    if (follow && error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function refuseForStream({ follow, fromBeginning }: IngestFileFlags): void {
  if (follow !== true && fromBeginning !== true) return;
  throw new EvpError("a stream is read once, to its end: it has no position to go on from", {
    code: "stream-has-no-position",
    category: "usage",
    hint: "Leave out --follow and --from-beginning, or name a file.",
  });
}

/** A place for each stack, since each has its own position. What belongs to the embedded stack goes when that is reset. */
function positionFile({ stateDir, stack, target }: Settings, path: string): string {
  const place = target.kind === "local" ? "local" : `target-${target.name.replace(/[^\w-]/g, "_")}`;
  return join(stateDir, "ingest", place, stack, `${basename(path)}-${hash("sha256", path).slice(0, 12)}.json`);
}
