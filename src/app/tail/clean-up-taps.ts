import type { TapState } from "../../core/tap-life.js";
import type { ClientRegistry } from "../../ports/client-registry.js";
import type { Clock } from "../../ports/clock.js";
import type { TapSighting, Taps } from "../../ports/tap.js";
import { controlCall } from "../control-calls.js";

/** The document of `evp tail --cleanup --json`. */
export interface CleanUpReport {
  /** Names of the queues that were removed, each with its subscriptions. */
  removed: string[];
  kept: KeptTap[];
}

/** A temporary subscription that stays. */
export interface KeptTap {
  name: string;
  state: TapState;
  /** The process that opened it; null where nothing tells. */
  owner: string | null;
  /** ISO 8601: when its owner last said that it is in use; null where it never did. */
  aliveAt: string | null;
}

interface CleanUpPorts {
  taps: Pick<Taps, "list" | "remove">;
  clients: Pick<ClientRegistry, "list">;
  clock: Clock;
}

/**
 * Removes the temporary subscriptions of tails that are gone, and of the others too when `mayRemove` says so of them.
 * Nothing that another stack owns is touched.
 */
export async function cleanUpTaps(
  ports: CleanUpPorts,
  mayRemove: (others: KeptTap[]) => Promise<boolean>,
): Promise<CleanUpReport> {
  const found = await controlCall(ports.clock, () => ports.taps.list());
  const removed = await removeTaps(
    ports,
    found.filter(({ state }) => state === "gone"),
  );
  const others = found.filter(({ state }) => state !== "gone");
  const told = others.map(toKept);
  if (others.length === 0 || !(await mayRemove(told))) return { removed, kept: told };
  return { removed: [...removed, ...(await removeTaps(ports, others))], kept: [] };
}

/** Removes taps with their subscriptions. @returns the names of those that were there still */
export async function removeTaps(
  { taps, clients, clock }: Omit<CleanUpPorts, "taps"> & { taps: Pick<Taps, "remove"> },
  sightings: TapSighting[],
): Promise<string[]> {
  if (sightings.length === 0) return [];
  const topicArns = (await controlCall(clock, () => clients.list())).map(({ topicArn }) => topicArn);
  const removed: string[] = [];
  for (const { name } of sightings) {
    if (await controlCall(clock, () => taps.remove(name, topicArns))) removed.push(name);
  }
  return removed;
}

function toKept({ name, state, owner, aliveAt }: TapSighting): KeptTap {
  return {
    name,
    state,
    owner: owner ?? null,
    aliveAt: aliveAt === undefined ? null : new Date(aliveAt).toISOString(),
  };
}
