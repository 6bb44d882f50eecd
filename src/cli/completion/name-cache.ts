import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Settings } from "../../core/settings.js";
import type { CliContext } from "../context.js";

/** A client that was added is offered after so long at the latest. */
const FRESH_MS = 10_000;
const DAY_MS = 24 * 60 * 60_000;

/** Names that a stack had a short while ago, in the user's own folder of caches. It never fails: without a place for it, nothing is kept. */
interface NameCache {
  /** @returns undefined when nothing is known, or nothing of this day */
  read(): Promise<{ names: string[]; isFresh: boolean } | undefined>;
  write(names: string[]): Promise<void>;
}

/** The names of a stack's clients. */
export function openNameCache({ env, clock }: CliContext, settings: Settings): NameCache {
  const home = env.XDG_CACHE_HOME ?? (env.HOME === undefined ? undefined : join(env.HOME, ".cache"));
  const file = home === undefined ? undefined : join(home, "evp", `clients-${keyOf(env, settings)}.json`);
  return {
    async read() {
      const kept = file === undefined ? undefined : await readKept(file);
      const ageMs = clock.now() - (kept?.at ?? 0);
      if (kept === undefined || ageMs < 0 || ageMs > DAY_MS) return undefined;
      return { names: kept.names, isFresh: ageMs < FRESH_MS };
    },
    async write(names) {
      if (file === undefined) return;
      const draft = `${file}.${process.pid}`;
      try {
        await mkdir(dirname(file), { recursive: true });
        await writeFile(draft, JSON.stringify({ at: clock.now(), names }), { mode: 0o600 });
        await rename(draft, file);
      } catch {
        // A full or read-only disk is no reason to complete nothing.
      }
    },
  };
}

/** Tells stacks apart, and accounts as far as the settings and the environment name them. */
function keyOf(env: CliContext["env"], { target, stack, names, store }: Settings): string {
  const place = [target, stack, names.clientsTable, store, env.AWS_PROFILE, env.AWS_REGION, env.AWS_ACCESS_KEY_ID];
  return createHash("sha256").update(JSON.stringify(place)).digest("hex").slice(0, 16);
}

async function readKept(file: string): Promise<{ at: number; names: string[] } | undefined> {
  try {
    const kept: unknown = JSON.parse(await readFile(file, "utf8"));
    if (typeof kept !== "object" || kept === null || !("at" in kept) || !("names" in kept)) return undefined;
    const { at, names } = kept;
    if (typeof at !== "number" || !Array.isArray(names)) return undefined;
    return { at, names: names.filter((name) => typeof name === "string") };
  } catch {
    return undefined;
  }
}
