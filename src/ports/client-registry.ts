import type { ClientRecord } from "../core/client.js";

/** The registry of clients. Every read is strongly consistent. */
export interface ClientRegistry {
  /** The records of these clients (100 at most); a client that is not registered is missing from the map. */
  get(clientIds: string[]): Promise<Map<string, ClientRecord>>;
  list(): Promise<ClientRecord[]>;
  /**
   * Creates a record where there is none, or replaces the one that is still as `expected` tells it, so that of two changes at
   * the same time neither undoes the other.
   * @returns false where somebody else was faster, and nothing was written
   */
  put(client: ClientRecord, expected?: ClientRecord): Promise<boolean>;
  remove(clientId: string): Promise<void>;
}
