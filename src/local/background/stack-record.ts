import { readFileSync, renameSync, writeFileSync } from "node:fs";

/**
 * Where a stack was reached when it last came up (`stack.json`). It outlives its process, so that the next one takes the same port;
 * whether the stack runs is for {@link findRunningStack} to say.
 */
export interface StackRecord {
  pid: number;
  port: number;
  /** The port it was told to take; another one was free. */
  wantedPort: number;
  endpoint: string;
  /** ISO 8601. */
  startedAt: string;
  version: string;
}

/** @returns nothing where there is no record, or none that can be read */
export function readStackRecord(file: string): StackRecord | undefined {
  try {
    const record: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isStackRecord(record) ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Puts the record in place in one step, so that no reader ever sees half of it. */
export function writeStackRecord(file: string, record: StackRecord): void {
  const draft = `${file}.${record.pid}`;
  writeFileSync(draft, `${JSON.stringify(record, null, 2)}\n`);
  renameSync(draft, file);
}

function isStackRecord(value: unknown): value is StackRecord {
  if (typeof value !== "object" || value === null) {
    return false;
  }
  const { pid, port, wantedPort, endpoint, startedAt, version } = value as Record<keyof StackRecord, unknown>;
  const numbers = [pid, port, wantedPort].every((member) => Number.isInteger(member));
  return numbers && [endpoint, startedAt, version].every((member) => typeof member === "string");
}
