import type { ClientRecord } from "../core/client.js";

/** The registry of clients. Every read is strongly consistent. */
export interface ClientRegistry {
  /** The records of these clients (100 at most); a client that is not registered is missing from the map. */
  get(clientIds: string[]): Promise<Map<string, ClientRecord>>;
  list(): Promise<ClientRecord[]>;
  /** Creates or replaces. */
  put(client: ClientRecord): Promise<void>;
  remove(clientId: string): Promise<void>;
}
