import type { ClientRegistry } from "./client-registry.js";
import type { Diagnostics } from "./diagnostics.js";
import type { Journal } from "./journal.js";
import type { ProducerRegistry } from "./producer-registry.js";
import type { Provisioner } from "./provisioner.js";
import type { Publisher } from "./publisher.js";
import type { Queue } from "./queue.js";
import type { StoreCare } from "./store.js";
import type { Taps } from "./tap.js";

/** All that a command can reach of one stack on its target. Opening it makes no call. */
export interface StackConnection {
  ingress: Queue;
  deadLetters: Queue;
  /** Any queue by name, a client's for instance. */
  queue(name: string): Queue;
  publisher: Publisher;
  journal: Journal;
  clients: ClientRegistry;
  producers: ProducerRegistry;
  provisioner: Provisioner;
  /** undefined: the store is DynamoDB, which needs no care. */
  storeCare?: StoreCare | undefined;
  taps: Taps;
  diagnostics: Diagnostics;
  /** Whose account this is; asks STS. */
  identity(): Promise<{ account: string; region: string }>;
  /** How many API calls were made so far, by operation, for instance `{"ReceiveMessage": 12}`. */
  apiCalls(): Record<string, number>;
  close(): void;
}
