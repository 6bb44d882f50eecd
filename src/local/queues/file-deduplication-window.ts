import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { DeduplicationWindow, Original, RememberedMessage } from "../model/deduplication-window.js";

/** Messages whose windows end within the same few seconds, by a hash of owner and key; equal hashes share a list. */
interface Slice {
  endsAt: number;
  lastOrdinal: number;
  ordinals: Map<number, number | number[]>;
}

const SLICE_MS = 10_000;

/**
 * A deduplication window that keeps its entries in the state file and only a 32-bit hash and an ordinal of each in
 * memory: five minutes of a busy stack are millions of entries. A hash that is found is always checked against the file,
 * so equal hashes never make two messages the same. Entries leave by the slice, when the newest of them is over.
 */
export class FileDeduplicationWindow implements DeduplicationWindow {
  readonly #select: StatementSync;
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;
  readonly #slices: Slice[] = [];
  /** Remembered since the last {@link write}. */
  readonly #unwritten = new Map<number, RememberedMessage>();
  #forgottenUpTo: number | undefined;

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
      const ordinals = this.#slices[index]?.ordinals.get(hash);
      if (ordinals === undefined) continue;
      for (const ordinal of typeof ordinals === "number" ? [ordinals] : ordinals) {
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
    if (this.#forgottenUpTo !== undefined) this.#delete.run(this.#forgottenUpTo);
    this.#forgottenUpTo = undefined;
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
    let slice = this.#slices.at(-1);
    if (slice === undefined || expiresAt > slice.endsAt) {
      slice = { endsAt: (Math.floor(expiresAt / SLICE_MS) + 1) * SLICE_MS, lastOrdinal: ordinal, ordinals: new Map() };
      this.#slices.push(slice);
    }
    slice.lastOrdinal = ordinal;
    const hash = hashOf(owner, key);
    const others = slice.ordinals.get(hash);
    if (others === undefined) slice.ordinals.set(hash, ordinal);
    else slice.ordinals.set(hash, typeof others === "number" ? [others, ordinal] : [...others, ordinal]);
  }

  #forgetBefore(now: number): void {
    for (let oldest = this.#slices[0]; oldest !== undefined && oldest.endsAt <= now; oldest = this.#slices[0]) {
      this.#forgottenUpTo = oldest.lastOrdinal;
      this.#slices.shift();
    }
  }
}

/** FNV-1a, 32 bits; a small signed integer, which a Map holds without a box. */
function hashOf(owner: string, key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < owner.length; index += 1) hash = Math.imul(hash ^ owner.charCodeAt(index), 0x01000193);
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  return hash;
}
