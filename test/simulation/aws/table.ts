import { type Item, readInteger, readText } from "../../../src/adapters/aws/attribute-values.js";
import type { Random } from "../random.js";
import { HOUR, SECOND } from "../times.js";

/** How far behind a read may be that is not strongly consistent ("DynamoDB read consistency"). */
const MAX_LAG_MS = 5 * SECOND;
/** "Items with valid, expired TTL attributes may be deleted … typically within a few days" ("Using time to live (TTL) in DynamoDB"). */
const MAX_LINGER_MS = 48 * HOUR;

interface Version {
  item: Item;
  writtenAt: number;
  /** When time to live removes it. */
  goneAt: number;
}

export interface ReadOptions {
  now: number;
  isStrong: boolean;
}

/**
 * A DynamoDB table. Each item's former versions are kept for some seconds, since a read that is not strongly consistent may
 * return one. Expired items are removed at a random time within two days; until then they are read like any other.
 */
export class Table {
  readonly #random: Random;
  readonly #partitionKey: string;
  readonly #sortKey: string | undefined;
  readonly #partitions = new Map<string, Map<string, Version[]>>();

  constructor(random: Random, partitionKey: string, sortKey?: string) {
    this.#random = random;
    this.#partitionKey = partitionKey;
    this.#sortKey = sortKey;
  }

  get(key: Item, options: ReadOptions): Item | undefined {
    const [partition, sort] = this.#keyOf(key);
    return this.#read(this.#partitions.get(partition)?.get(sort), this.#seenAt(options));
  }

  /** The items of a partition in the order of their sort keys. */
  query(partition: string, sortPrefix: string, options: ReadOptions): Item[] {
    const seenAt = this.#seenAt(options);
    const versions = [...(this.#partitions.get(partition) ?? [])].filter(([sort]) => sort.startsWith(sortPrefix));
    versions.sort(([one], [other]) => (one < other ? -1 : 1));
    return versions.map(([, history]) => this.#read(history, seenAt)).filter((item) => item !== undefined);
  }

  put(item: Item, now: number): void {
    const [partition, sort] = this.#keyOf(item);
    const items = this.#partitions.get(partition) ?? new Map<string, Version[]>();
    this.#partitions.set(partition, items);
    const history = items.get(sort) ?? [];
    const expiresAt = readInteger(item, "expiresAt") * SECOND;
    const goneAt = expiresAt === 0 ? Number.POSITIVE_INFINITY : expiresAt + this.#random() * MAX_LINGER_MS;
    items.set(sort, [
      ...history.filter(({ writtenAt }, index) => index === history.length - 1 || now - writtenAt <= MAX_LAG_MS),
      { item, writtenAt: now, goneAt },
    ]);
  }

  remove(key: Item, now: number): void {
    const [partition, sort] = this.#keyOf(key);
    const last = this.#partitions.get(partition)?.get(sort)?.at(-1);
    if (last !== undefined) last.goneAt = Math.min(last.goneAt, now);
  }

  #seenAt({ now, isStrong }: ReadOptions): number {
    return isStrong ? now : now - this.#random() * MAX_LAG_MS;
  }

  #read(history: Version[] | undefined, seenAt: number): Item | undefined {
    const version = history?.findLast(({ writtenAt }) => writtenAt <= seenAt);
    return version === undefined || version.goneAt <= seenAt ? undefined : version.item;
  }

  #keyOf(item: Item): [partition: string, sort: string] {
    return [readText(item, this.#partitionKey), this.#sortKey === undefined ? "" : readText(item, this.#sortKey)];
  }
}
