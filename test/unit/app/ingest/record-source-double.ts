import type { Frontier, RecordSource, SourceRecord } from "../../../../src/ports/record-source.js";

export interface SourceDouble extends RecordSource {
  /** What is there to read, in batches; what was committed is not read again. */
  batches: SourceRecord[][];
  committed: Map<string, bigint>;
  /** Waits for more instead of ending. */
  isEndless: boolean;
  /** What goes wrong when the last batch was read. */
  failure: Error | undefined;
  commitFailure: Error | undefined;
  lose(partitions: string[]): void;
}

export function createSourceDouble(batches: SourceRecord[][]): SourceDouble {
  let listener: (partitions: string[]) => void = () => undefined;
  const isNew = ({ partition, position }: SourceRecord) => position > (source.committed.get(partition) ?? -1n);
  const source: SourceDouble = {
    name: "double",
    batches,
    committed: new Map(),
    isEndless: false,
    failure: undefined,
    commitFailure: undefined,
    async *read(stop) {
      for (const batch of source.batches) {
        const fresh = batch.filter(isNew);
        if (fresh.length > 0) yield fresh;
        if (stop.aborted) return;
      }
      if (source.failure !== undefined) throw source.failure;
      if (source.isEndless && !stop.aborted) {
        await new Promise((resolve) => stop.addEventListener("abort", resolve));
      }
    },
    async commit(frontiers: Frontier[]) {
      if (source.commitFailure !== undefined) throw source.commitFailure;
      for (const { partition, position } of frontiers) source.committed.set(partition, position);
    },
    onLost(told) {
      listener = told;
    },
    lose: (partitions) => listener(partitions),
    async close() {},
  };
  return source;
}

export function recordOf(position: number, body: string | Uint8Array, partition = "p"): SourceRecord {
  const text = typeof body === "string" ? body : undefined;
  return {
    partition,
    position: BigInt(position),
    text,
    bytes: typeof body === "string" ? Buffer.from(body) : body,
    key: undefined,
    place: `${partition} line ${position}`,
    origin: { file: `/data/${partition}.ndjson`, line: String(position) },
  };
}

export function eventText(id: string, more: Record<string, unknown> = {}): string {
  const event = {
    id,
    type: "transaction",
    clientId: "client-1",
    source: "checkout",
    timestamp: "2026-11-21T10:00:00Z",
    payload: { transactionId: id, amount: 1, currency: "BRL" },
  };
  return JSON.stringify({ ...event, ...more });
}
