import { hash } from "node:crypto";

/** Numbers in [0, 1). */
export type Random = () => number;

/**
 * A stream of random numbers that depends on the seed and the stream's name alone, so that what one part of a round draws
 * does not change with how much another part has drawn. Mulberry32.
 */
export function createRandom(seed: number, name: string): Random {
  let state = Number.parseInt(hash("sha256", `${seed} ${name}`, "hex").slice(0, 8), 16);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An integer from `least` to `most`, both included. */
export function between(random: Random, least: number, most: number): number {
  return least + Math.floor(random() * (most - least + 1));
}

/** One of a list that is not empty. */
export function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError("there is nothing to pick from");
  return item;
}

/** One of the keys, each as likely as its weight says. */
export function pickWeighted<Key extends string>(random: Random, weights: Readonly<Record<Key, number>>): Key {
  const entries = Object.entries<number>(weights).filter((entry): entry is [Key, number] => entry[0] in weights);
  let place = random() * entries.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [key, weight] of entries) {
    place -= weight;
    if (place < 0) return key;
  }
  throw new RangeError("there is nothing to pick from");
}
