/** A number in [0, 1). */
export type Random = () => number;

/** Mulberry32: small, and good enough for schedules. */
export function createRandom(seed: number): Random {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of the items; an item that stands there twice is twice as likely. */
export function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError("there is nothing to pick from");
  return item;
}

/** A whole number from 0 to below `limit`. */
export function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

/** Ids that look like those of AWS and repeat with the seed. */
export function createIds(random: Random): () => string {
  const digits = (count: number) => {
    let text = "";
    while (text.length < count)
      text += Math.floor(random() * 0x1_0000)
        .toString(16)
        .padStart(4, "0");
    return text;
  };
  return () => `${digits(8)}-${digits(4)}-${digits(4)}-${digits(4)}-${digits(12)}`;
}
