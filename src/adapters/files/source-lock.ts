import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { link, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { EvpError } from "../../core/errors.js";
import type { ProcessView, TapOwner } from "../../core/tap-life.js";

/** Who reads a source, as its lock file says. */
interface Holder {
  /** Absolute path of the file or folder that is read. */
  source: string;
  host: string;
  machine: string;
  pid: number;
  /** When the process began, as the system counts; empty where it does not say. Ids of processes are used again. */
  began: string;
}

const SUFFIX = ".lock";
/** Whoever holds a lock says so in its time of modification, for those who cannot look at the process … */
const RENEW_EVERY_MS = 10_000;
/** … and is gone when it was silent for so long. */
const SILENCE_MS = 60_000;

/**
 * Takes the right to read a source alone. A lock whose process is gone is taken over: at once on this machine, and after a minute of silence when it was
 * taken on another one, or in another container, that shares the folder.
 * @param file the source's position file; its lock stands beside it
 * @returns gives it back
 * @throws EvpError (failed) when another process reads the source, or its folder, or a file in it
 */
export async function lockSource(
  file: string,
  source: string,
  here: TapOwner & ProcessView,
): Promise<() => Promise<void>> {
  const { host, machine, pid } = here;
  const lock = `${file}${SUFFIX}`;
  const mine: Holder = { source, host, machine, pid, began: beganAt(pid) };
  await mkdir(dirname(file), { recursive: true });
  const draft = `${lock}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(mine));
  try {
    await takeAway(lock, here);
    // Unlike a rename, a link fails where there is one.
    await link(draft, lock);
  } catch (error) {
    if (!isExisting(error)) throw error;
    throw inUse(await readHolder(lock));
  } finally {
    await rm(draft, { force: true });
  }
  const renewal = setInterval(() => void renew(lock), RENEW_EVERY_MS).unref();
  const release = async () => {
    clearInterval(renewal);
    await rm(lock, { force: true });
  };
  const other = await findOther(dirname(file), mine, here);
  if (other === undefined) return release;
  await release();
  throw inUse(other);
}

async function renew(lock: string): Promise<void> {
  const now = new Date();
  await utimes(lock, now, now).catch(() => undefined);
}

/** Takes a lock away whose process is gone. Two that do so at once take it away once: a fresh one that is met is put back. */
async function takeAway(lock: string, here: ProcessView): Promise<void> {
  if (await isHeld(lock, here)) return;
  const aside = `${lock}.${randomUUID()}`;
  const wasThere = await rename(lock, aside).then(
    () => true,
    () => false,
  );
  if (!wasThere) return;
  if (await isHeld(aside, here)) await link(aside, lock).catch(() => undefined);
  await rm(aside, { force: true });
}

/** Another process that reads what is part of this source, or what this one is part of. */
async function findOther(folder: string, { source, pid }: Holder, here: ProcessView): Promise<Holder | undefined> {
  for (const name of await readdir(folder)) {
    if (!name.endsWith(SUFFIX)) continue;
    const other = await readHolder(join(folder, name));
    if (other === undefined || other.pid === pid) continue;
    const isPart = dirname(other.source) === source || dirname(source) === other.source;
    if (isPart && (await isHeld(join(folder, name), here))) return other;
  }
  return undefined;
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    const holder: unknown = JSON.parse(await readFile(file, "utf8"));
    return isHolder(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}

function isHolder(value: unknown): value is Holder {
  return typeof value === "object" && value !== null && "pid" in value && "source" in value && "machine" in value;
}

async function isHeld(lock: string, here: ProcessView): Promise<boolean> {
  const holder = await readHolder(lock);
  if (holder === undefined) return false;
  const { machine, pid, began } = holder;
  if (machine === here.machine) return here.isRunning(pid) && beganAt(pid) === began;
  const told = await stat(lock).catch(() => undefined);
  return told !== undefined && Date.now() - told.mtimeMs < SILENCE_MS;
}

/** On Linux, ticks since the system started ("proc_pid_stat", field 22). */
function beganAt(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

function isExisting(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EEXIST";
}

function inUse(holder: Holder | undefined): EvpError {
  const who = holder === undefined ? "another process" : `process ${holder.pid} on ${holder.host}`;
  return new EvpError(`${who} reads ${holder?.source ?? "it"} already`, {
    code: "source-in-use",
    category: "failed",
    hint: "End that one first; two at once would send each event twice.",
  });
}
