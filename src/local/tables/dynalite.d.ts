/** The inner parts of dynalite 4.0.0 (pinned) that the tables rest on; dynalite itself ships no types. */

declare module "dynalite/db/index.js" {
  /** One of DynamoDB's typed values, for instance `{"S": "text"}`. */
  export type AttributeValue = Record<string, unknown>;
  export type Item = Record<string, AttributeValue>;

  export interface KeySchemaElement {
    AttributeName: string;
  }
  export interface SecondaryIndex {
    IndexName: string;
    IndexStatus?: string;
    KeySchema: KeySchemaElement[];
  }
  export interface Table {
    TableName: string;
    TableStatus: string;
    TableArn: string;
    KeySchema: KeySchemaElement[];
    GlobalSecondaryIndexes?: SecondaryIndex[];
    LocalSecondaryIndexes?: SecondaryIndex[];
  }

  export interface KeyRange {
    gte: string;
    lt: string;
  }
  export type Operation = { type: "put"; key: string; value: unknown } | { type: "del"; key: string };

  /** The one LevelDB below all tables. */
  export interface Level {
    open(options?: { maxOpenFiles: number; maxFileSize: number }): Promise<void>;
    close(): Promise<void>;
    getMany(keys: string[]): Promise<unknown[]>;
    batch(operations: Operation[]): Promise<void>;
    keys(range: KeyRange): AsyncIterable<string>;
    iterator(range: KeyRange): AsyncIterable<[string, unknown]>;
    clear(range: KeyRange): Promise<void>;
  }

  export type Callback<Value> = (error?: Error | null, value?: Value) => void;
  type Release = (done: () => void) => () => void;

  /** A part of the LevelDB under a prefix of its own. */
  export interface Section {
    lock(keys: string[], run: (release: Release) => void): void;
    createKeyStream(options?: object): import("node:stream").Readable;
  }
  export interface TableSection extends Section {
    awsAccountId: string;
    awsRegion: string;
    put(name: string, table: unknown, done: Callback<void>): void;
    del(name: string, done: Callback<void>): void;
  }

  export interface Store {
    options: { maxItemSize: number };
    db: Level;
    tableDb: TableSection;
    /** A callback in the place of `mustBeActive` means that it must be. */
    getTable(name: string, mustBeActive: boolean | Callback<Table>, done?: Callback<Table>): void;
    getItemDb(tableName: string): Section;
    getTagDb(tableName: string): Section;
    deleteItemDb(tableName: string, done: Callback<void>): void;
    deleteTagDb(tableName: string, done: Callback<void>): void;
    deleteIndexDb(indexType: string, tableName: string, indexName: string, done: Callback<void>): void;
  }

  interface IndexActions {
    puts: { index: string; key: string; item: Item }[];
    deletes: { index: string; key: string }[];
  }

  const db: {
    create(options: { path: string; createTableMs: number; deleteTableMs: number; updateTableMs: number }): Store;
    createKey(item: Item, table: Table): string;
    itemSize(item: Item): number;
    validateItem(item: Item, table: Table): Error | null | undefined;
    validateKey(key: Item, table: Table): Error | null | undefined;
    getIndexActions(
      indexes: SecondaryIndex[],
      existing: Item | undefined,
      item: Item | undefined,
      table: Table,
    ): IndexActions;
  };
  export default db;
}

declare module "dynalite/validations/index.js" {
  import type { Item, Store } from "dynalite/db/index.js";

  export type Shapes = Record<string, unknown>;
  const validations: {
    /** Throws an error with `statusCode` and `body` where a member has the wrong JSON type; drops members it does not know. */
    checkTypes(input: unknown, shapes: Shapes): Record<string, unknown>;
    checkValidations(input: Record<string, unknown>, shapes: Shapes, custom: unknown, store: Store): void;
    /** @returns what is wrong with the value, or nothing */
    validateAttributeValue(value: Item[string]): string | null | undefined;
  };
  export default validations;
}

declare module "dynalite/validations/*" {
  const rules: { types: import("dynalite/validations/index.js").Shapes; custom?: unknown };
  export default rules;
}

declare module "dynalite/actions/*" {
  const action: (
    store: import("dynalite/db/index.js").Store,
    input: Record<string, unknown>,
    done: import("dynalite/db/index.js").Callback<unknown>,
  ) => void;
  export default action;
}
