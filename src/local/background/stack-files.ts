import { join, resolve } from "node:path";

/** What the embedded stack keeps in its state directory, `.evp/` by default. */
export interface StackFiles {
  /** The state directory itself, absolute. */
  directory: string;
  /** The queues' and topics' SQLite database. */
  queues: string;
  /** dynalite's LevelDB. */
  tables: string;
  /** Where the stack was last reached. */
  record: string;
  /** What the issuer of tokens signs with. */
  issuerKey: string;
  log: string;
  /** The log before the last one. */
  oldLog: string;
  /** How far sources were read into this stack: a folder. */
  positions: string;
}

export function stackFiles(stateDir: string): StackFiles {
  const directory = resolve(stateDir);
  return {
    directory,
    queues: join(directory, "queues.sqlite"),
    tables: join(directory, "tables"),
    record: join(directory, "stack.json"),
    issuerKey: join(directory, "issuer-key.pem"),
    log: join(directory, "stack.log"),
    oldLog: join(directory, "stack.log.1"),
    positions: join(directory, "ingest", "local"),
  };
}

/** The log of the stack in `stateDir`, whether it is there yet or not. */
export function localStackLogFile(stateDir: string): string {
  return stackFiles(stateDir).log;
}
