/** Whether somebody still reads a tap. `unknown`: its tags do not tell, and only a person can. */
export type TapState = "in-use" | "gone" | "unknown";

/** The process that opened a tap. */
export interface TapOwner {
  /** For people: the machine's name. */
  host: string;
  /** For programs: tells machines and the process tables on them apart; empty where a machine has nothing to be known by. */
  machine: string;
  pid: number;
}

/** What a tap's tags say of it. */
export interface TapTraces {
  owner: TapOwner | undefined;
  /** When the owner last said that it is in use, ms since 1970. */
  aliveAt: number | undefined;
}

/** What can be known of processes from here. */
export interface ProcessView {
  machine: string;
  isRunning(pid: number): boolean;
}

/** How often the owner of a tap says that it is in use. */
export const TAP_RENEWAL_MS = 60_000;
/** An owner that was silent for so long is gone: many renewals, so that a machine under load, or one that was just waking up, is not taken for dead. */
const SILENCE_MS = 15 * 60_000;

/**
 * Whether a tap is in use. On the machine of its owner the process itself is looked at, so that a tap left behind by a crash is known
 * at once, and one whose owner merely stands still stays; elsewhere only the owner's own word counts.
 * @param now ms since 1970, by the clock by which owners tell their times
 */
export function tapState({ owner, aliveAt }: TapTraces, here: ProcessView, now: number): TapState {
  if (owner === undefined || aliveAt === undefined) return "unknown";
  if (owner.machine !== "" && owner.machine === here.machine) return here.isRunning(owner.pid) ? "in-use" : "gone";
  return now - aliveAt > SILENCE_MS ? "gone" : "in-use";
}

/** Tags of a tap's queue. */
const OWNER_TAG = "evp:tap-owner";
const ALIVE_TAG = "evp:tap-alive";

/** A tag's value holds letters, digits, space and `_.:/=+-@`, 256 at most ("TagQueue"). */
const NOT_IN_A_TAG = /[^A-Za-z0-9_.-]/g;
const MAX_HOST_LENGTH = 64;
const OWNER = /^([^/]*)\/([^/]*)\/(\d+)$/;

export function toTapTags({ host, machine, pid }: TapOwner, aliveAt: number): Record<string, string> {
  const name = host.replace(NOT_IN_A_TAG, "-").slice(0, MAX_HOST_LENGTH);
  return { [OWNER_TAG]: `${name}/${machine}/${pid}`, [ALIVE_TAG]: new Date(aliveAt).toISOString() };
}

/** Tags that are missing, or that evp would not write, tell nothing. */
export function fromTapTags(tags: Record<string, string>): TapTraces {
  const [, host, machine, pid] = OWNER.exec(tags[OWNER_TAG] ?? "") ?? [];
  const aliveAt = Date.parse(tags[ALIVE_TAG] ?? "");
  const isOwned = host !== undefined && machine !== undefined;
  return {
    owner: isOwned ? { host, machine, pid: Number(pid) } : undefined,
    aliveAt: Number.isNaN(aliveAt) ? undefined : aliveAt,
  };
}
