import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { DeduplicationWindow, Original, RememberedMessage } from "../model/deduplication-window.js";
import { OrdinalSlice } from "./ordinal-slice.js";

const SLICE_MS = 10_000;
/** How many ordinals one write goes on deleting: a whole slice at once would hold everybody up. */
const DELETED_AT_ONCE = 1000;

/**
 * A deduplication window that keeps its entries in the state file, and only a 32-bit hash and an ordinal of each in
 * memory: five minutes of a busy stack are millions of entries. A hash that is found is always checked against the file,
 * so equal hashes never make two messages the same. Entries leave by the slice, when the newest of them is over.
 */
export class FileDeduplicationWindow implements DeduplicationWindow {
  readonly #select: StatementSync;
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;
  readonly #slices: OrdinalSlice[] = [];
  /** Remembered since the last {@link write}. */
  readonly #unwritten = new Map<number, RememberedMessage>();
  /** Up to here, entries are over; up to there, they are deleted from the file. */
  #forgottenUpTo = Number.NEGATIVE_INFINITY;
  #deletedUpTo: number | undefined;

  constructor(database: DatabaseSync) {
    this.#select = database.prepare("SELECT * FROM remembered WHERE ordinal = ?");
    this.#insert = database.prepare("INSERT INTO remembered VALUES (?, ?, ?, ?, ?)");
    this.#delete = database.prepare("DELETE FROM remembered WHERE ordinal <= ?");
    for (const row of database.prepare("SELECT * FROM remembered ORDER BY ordinal").iterate()) {
      this.#place(String(row.owner), String(row.key), Number(row.ordinal), Number(row.expires_at));
    }
  }

  find(owner: string, key: string, now: number): Original | undefined {
    const hash = hashOf(owner, key);
    for (let index = this.#slices.length - 1; index >= 0; index -= 1) {
      for (const ordinal of this.#slices[index]?.find(hash) ?? []) {
        const found = this.#read(ordinal);
        if (found?.owner === owner && found.key === key && found.expiresAt > now) return found;
      }
    }
    return undefined;
  }

  remember(message: RememberedMessage, now: number): void {
    this.#forgetBefore(now);
    this.#unwritten.set(message.ordinal, message);
    this.#place(message.owner, message.key, message.ordinal, message.expiresAt);
  }

  /** Writes what was remembered and forgotten since the last time; to be called within a transaction. */
  write(): void {
    for (const { ordinal, owner, key, messageId, expiresAt } of this.#unwritten.values()) {
      this.#insert.run(ordinal, owner, key, messageId, expiresAt);
    }
    this.#unwritten.clear();
    if (this.#deletedUpTo === undefined || this.#deletedUpTo >= this.#forgottenUpTo) return;
    this.#deletedUpTo = Math.min(this.#forgottenUpTo, this.#deletedUpTo + DELETED_AT_ONCE);
    this.#delete.run(this.#deletedUpTo);
  }

  #read(ordinal: number): RememberedMessage | undefined {
    const unwritten = this.#unwritten.get(ordinal);
    if (unwritten !== undefined) return unwritten;
    const row = this.#select.get(ordinal);
    if (row === undefined) return undefined;
    return {
      ordinal,
      owner: String(row.owner),
      key: String(row.key),
      messageId: String(row.message_id),
      expiresAt: Number(row.expires_at),
    };
  }

  #place(owner: string, key: string, ordinal: number, expiresAt: number): void {
    this.#deletedUpTo ??= ordinal - 1;
    let slice = this.#slices.at(-1);
    if (slice === undefined || expiresAt > slice.endsAt || !slice.hasRoomFor(ordinal)) {
      slice?.close();
      slice = new OrdinalSlice((Math.floor(expiresAt / SLICE_MS) + 1) * SLICE_MS, ordinal);
      this.#slices.push(slice);
    }
    slice.add(hashOf(owner, key), ordinal);
  }

  #forgetBefore(now: number): void {
    for (let oldest = this.#slices[0]; oldest !== undefined && oldest.endsAt <= now; oldest = this.#slices[0]) {
      this.#forgottenUpTo = oldest.lastOrdinal;
      this.#slices.shift();
    }
  }
}

/** FNV-1a, 32 bits, unsigned. */
function hashOf(owner: string, key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < owner.length; index += 1) hash = Math.imul(hash ^ owner.charCodeAt(index), 0x01000193);
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
