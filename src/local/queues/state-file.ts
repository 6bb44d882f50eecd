import { DatabaseSync } from "node:sqlite";
import { EvpError } from "../../core/errors.js";
import { SCHEMA, SCHEMA_VERSION } from "./state-schema.js";

/** SQLite's result code for a file that another connection has locked ("SQLite Result Codes"). */
const SQLITE_BUSY = 5;
/** Pages of the log before it is written back to the file: fewer, larger pauses than by default. */
const CHECKPOINT_PAGES = 4000;

/**
 * Opens the file in which queues and topics live, and keeps everybody else out of it until it is closed. A commit
 * survives the death of the process at any moment (WAL, synchronous=NORMAL); the newest ones may be lost with the power.
 * @throws EvpError `state-in-use` when another process has it open, `state-unreadable` when it cannot be opened
 */
export function openStateFile(file: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file);
    database.exec("PRAGMA locking_mode = EXCLUSIVE");
    database.exec("PRAGMA journal_mode = WAL");
    database.exec(`PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    database.exec("BEGIN IMMEDIATE");
    prepareSchema(database, file);
    database.exec("COMMIT");
    return database;
  } catch (error) {
    database?.close();
    throw translated(error, file);
  }
}

function prepareSchema(database: DatabaseSync, file: string): void {
  const version = Number(database.prepare("PRAGMA user_version").get()?.user_version);
  if (version > SCHEMA_VERSION) {
    throw new EvpError(`The state in ${file} was written by a newer evp.`, {
      code: "state-too-new",
      category: "failed",
      hint: "Use that version of evp, or start with an empty state.",
    });
  }
  database.exec(SCHEMA);
  database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
}

function translated(error: unknown, file: string): unknown {
  if (error instanceof EvpError || !(error instanceof Error)) return error;
  if ("errcode" in error && error.errcode === SQLITE_BUSY) {
    return new EvpError(`The state in ${file} is in use by another process.`, {
      code: "state-in-use",
      category: "failed",
      hint: "Stop the stack that is running there, or use another directory.",
      cause: error,
    });
  }
  return new EvpError(`The state in ${file} cannot be opened: ${error.message}.`, {
    code: "state-unreadable",
    category: "failed",
    hint: "Check that its directory exists and can be written, and that the file is a state of evp.",
    cause: error,
  });
}
