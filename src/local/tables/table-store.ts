import { Readable } from "node:stream";
import dynalite, { type Callback, type KeyRange, type Section, type Store, type Table } from "dynalite/db/index.js";
import { EvpError } from "../../core/errors.js";
import { LOCAL_ACCOUNT, LOCAL_REGION } from "../http-message.js";

/** Where dynalite keeps one table's items, an index of it and its tags; each key of the LevelDB begins so. */
export function itemPrefix(tableName: string): string {
  return `item-${tableName}~`;
}

export function indexPrefix(kind: "local" | "global", tableName: string, indexName: string): string {
  return `index-${kind}~${tableName}~${indexName}~`;
}

const TABLE_PREFIX = "table~";

function tagPrefix(tableName: string): string {
  return `tag-${tableName}~`;
}

/**
 * LevelDB maps each file it has open into memory, 1,000 files of 2 MB by default: with a million events in the journal, 2 GB that count as
 * the stack's. 64 files are the fewest it takes; with 1 MB each that stays below 64 MB. dynalite cannot be told, but
 * opens late enough to be forestalled.
 */
const FILE_LIMITS = { maxOpenFiles: 64, maxFileSize: 1024 * 1024 };

/**
 * Opens dynalite's store in `directory`, with tables that are ready at once.
 * @throws EvpError `state-dir-in-use` when another process has it open
 */
export async function openTableStore(directory: string): Promise<Store> {
  const store = dynalite.create({ path: directory, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  try {
    await store.db.open(FILE_LIMITS);
  } catch (error) {
    throw openingError(directory, error);
  }
  store.tableDb.awsAccountId = LOCAL_ACCOUNT;
  store.tableDb.awsRegion = LOCAL_REGION;
  keepDefinitions(store);
  readOnlyOwnKeys(store);
  deleteByRange(store);
  return store;
}

function openingError(directory: string, error: unknown): EvpError {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error && "code" in cause && cause.code === "LEVEL_LOCKED") {
    return new EvpError(`another process has the tables in ${directory} open`, {
      code: "state-dir-in-use",
      category: "failed",
      hint: "Stop it with `evp local stop`, or use another directory.",
      cause: error,
    });
  }
  const why = cause instanceof Error ? cause.message : String(error);
  return new EvpError(`cannot open the tables in ${directory}: ${why}`, {
    code: "tables-unreadable",
    category: "failed",
    hint: "`evp local reset` starts afresh with empty tables and queues.",
    cause: error,
  });
}

/**
 * dynalite reads and parses a table's definition again for every call on its items. Those calls ask for an active table and only
 * look at what they get, so one copy serves them all until the definition is written; whoever changes it gets a copy of its own.
 */
function keepDefinitions(store: Store): void {
  const definitions = new Map<string, Table>();
  let writes = 0;
  const { getTable } = store;
  store.getTable = (name, mustBeActive, callback) => {
    if (mustBeActive === false) return getTable(name, false, callback);
    const done = typeof mustBeActive === "function" ? mustBeActive : callback;
    const known = definitions.get(name);
    if (known !== undefined) return queueMicrotask(() => done?.(null, known));
    const writesBefore = writes;
    getTable(name, true, (error, table) => {
      // A definition that was read while one was written may be either.
      if (table !== undefined && writes === writesBefore) definitions.set(name, table);
      done?.(error, table);
    });
  };
  const forget = (): void => {
    writes += 1;
    definitions.clear();
  };
  const { put, del } = store.tableDb;
  const forgetAround = (write: (done: Callback<void>) => void, done: Callback<void>): void => {
    forget();
    write((error) => {
      forget();
      done(error);
    });
  };
  store.tableDb.put = (name, table, done) => forgetAround((written) => put(name, table, written), done);
  store.tableDb.del = (name, done) => forgetAround((deleted) => del(name, deleted), done);
}

/** dynalite lists tables and tags by walking over every key of the LevelDB, each item's among them. */
function readOnlyOwnKeys(store: Store): void {
  boundKeyStream(store, store.tableDb, TABLE_PREFIX);
  const getTagDb = store.getTagDb;
  store.getTagDb = (tableName) => {
    const section = getTagDb(tableName);
    boundKeyStream(store, section, tagPrefix(tableName));
    return section;
  };
}

function boundKeyStream(store: Store, section: Section, prefix: string): void {
  section.createKeyStream = () => Readable.from(keysBelow(store, prefix));
}

async function* keysBelow(store: Store, prefix: string): AsyncGenerator<string> {
  for await (const key of store.db.keys(rangeOf(prefix))) {
    yield key.slice(prefix.length);
  }
}

/** dynalite deletes a table by walking over every key of the LevelDB and holding those of the table in memory. */
function deleteByRange(store: Store): void {
  const clear = (prefix: string, done: Callback<void>): void => {
    store.db.clear(rangeOf(prefix)).then(() => done(), done);
  };
  store.deleteItemDb = (tableName, done) => clear(itemPrefix(tableName), done);
  store.deleteTagDb = (tableName, done) => clear(tagPrefix(tableName), done);
  store.deleteIndexDb = (kind, tableName, indexName, done) =>
    clear(indexPrefix(kind === "Local" ? "local" : "global", tableName, indexName), done);
}

/** Every key that begins with `prefix`, which ends in `~`. */
function rangeOf(prefix: string): KeyRange {
  return { gte: prefix, lt: `${prefix.slice(0, -1)}\u007f` };
}
