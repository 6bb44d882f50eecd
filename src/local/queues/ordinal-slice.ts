/** A hash and an offset are packed into the 53 bits of a safe integer. */
const OFFSETS = 2 ** 21;

/**
 * Ordinals by a 32-bit hash, for messages whose deduplication ends within the same few seconds. While it grows it is a
 * map; closed, it is one sorted array of eight bytes a message.
 */
export class OrdinalSlice {
  readonly endsAt: number;
  readonly #firstOrdinal: number;
  #lastOrdinal: number;
  #growing: Map<number, number[]> | undefined = new Map();
  #sorted = new Float64Array();

  constructor(endsAt: number, firstOrdinal: number) {
    this.endsAt = endsAt;
    this.#firstOrdinal = firstOrdinal;
    this.#lastOrdinal = firstOrdinal;
  }

  get lastOrdinal(): number {
    return this.#lastOrdinal;
  }

  /** Whether an ordinal is near enough to the first one to be packed. */
  hasRoomFor(ordinal: number): boolean {
    return ordinal - this.#firstOrdinal < OFFSETS;
  }

  /** @param hash unsigned, 32 bits */
  add(hash: number, ordinal: number): void {
    this.#lastOrdinal = ordinal;
    const same = this.#growing?.get(hash);
    if (same === undefined) this.#growing?.set(hash, [ordinal]);
    else same.push(ordinal);
  }

  /** Every ordinal that was added with this hash. */
  find(hash: number): number[] {
    if (this.#growing !== undefined) return this.#growing.get(hash) ?? [];
    const found: number[] = [];
    const start = hash * OFFSETS;
    for (let index = this.#firstIndexFrom(start); ; index += 1) {
      const packed = this.#sorted[index];
      if (packed === undefined || packed >= start + OFFSETS) return found;
      found.push(this.#firstOrdinal + (packed - start));
    }
  }

  /** Nothing will be added any more. */
  close(): void {
    const packed: number[] = [];
    for (const [hash, ordinals] of this.#growing ?? []) {
      for (const ordinal of ordinals) packed.push(hash * OFFSETS + (ordinal - this.#firstOrdinal));
    }
    this.#sorted = Float64Array.from(packed).sort();
    this.#growing = undefined;
  }

  #firstIndexFrom(value: number): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
