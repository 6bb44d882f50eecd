import dynalite, { type Item, type Operation, type SecondaryIndex, type Store, type Table } from "dynalite/db/index.js";
import { serviceError } from "./service-error.js";
import { indexPrefix, itemPrefix } from "./table-store.js";

/** One write of a batch. */
export type Write =
  /** Replaces what is there. */
  | { kind: "put"; item: Item }
  /** Does nothing where an item with the same key is there. */
  | { kind: "insert"; item: Item }
  | { kind: "delete"; key: Item };

/** An insert found `existing` in its place; any other write was done. */
export type WriteResult = { done: true } | { done: false; existing: Item };

/**
 * Does writes to one table as a single LevelDB batch, so that they, their index entries among them, stand or fall together,
 * and 25 of them cost one read and one write. Everything is checked already; the locks are those of dynalite's own writes.
 * @throws ServiceError ValidationException when two writes have the same key ("BatchWriteItem")
 */
export async function writeBatch(store: Store, table: Table, writes: Write[]): Promise<WriteResult[]> {
  const keys = writes.map((write) => dynalite.createKey(write.kind === "delete" ? write.key : write.item, table));
  if (new Set(keys).size < keys.length) {
    throw serviceError("ValidationException", "Provided list of item keys contains duplicates");
  }
  const release = await lock(store, table, keys);
  try {
    return await writeLocked(store, table, writes, keys);
  } finally {
    release();
  }
}

function lock(store: Store, table: Table, keys: string[]): Promise<() => void> {
  return new Promise((resolve) => {
    store.getItemDb(table.TableName).lock(keys, (release) => resolve(release(() => undefined)));
  });
}

async function writeLocked(store: Store, table: Table, writes: Write[], keys: string[]): Promise<WriteResult[]> {
  const prefix = itemPrefix(table.TableName);
  const stored = await store.db.getMany(keys.map((key) => prefix + key));
  const operations: Operation[] = [];
  const results = writes.map((write, index): WriteResult => {
    const existing = asItem(stored[index]);
    if (write.kind === "insert" && existing !== undefined) {
      return { done: false, existing };
    }
    const item = write.kind === "delete" ? undefined : write.item;
    const key = prefix + keys[index];
    operations.push(...indexOperations(table, existing, item));
    operations.push(item === undefined ? { type: "del", key } : { type: "put", key, value: item });
    return { done: true };
  });
  if (operations.length > 0) {
    await store.db.batch(operations);
  }
  return results;
}

function indexOperations(table: Table, existing: Item | undefined, item: Item | undefined): Operation[] {
  const actions = (kind: "local" | "global", indexes: SecondaryIndex[]): Operation[] => {
    const { puts, deletes } = dynalite.getIndexActions(indexes, existing, item, table);
    const keyOf = (index: string, key: string): string => indexPrefix(kind, table.TableName, index) + key;
    return [
      ...deletes.map(({ index, key }): Operation => ({ type: "del", key: keyOf(index, key) })),
      ...puts.map(({ index, key, item }): Operation => ({ type: "put", key: keyOf(index, key), value: item })),
    ];
  };
  return [
    ...actions("local", table.LocalSecondaryIndexes ?? []),
    ...actions("global", table.GlobalSecondaryIndexes ?? []),
  ];
}

function asItem(value: unknown): Item | undefined {
  return isItem(value) ? value : undefined;
}

function isItem(value: unknown): value is Item {
  return typeof value === "object" && value !== null;
}
