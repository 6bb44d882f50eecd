import pg from "pg";
import { EvpError } from "../../core/errors.js";
import type { PostgresSettings } from "../../core/settings.js";
import { isCallError } from "../../ports/call.js";
import { isHarmless, timeoutError, toCallError } from "./errors.js";

/** A statement that is parsed once on each connection. */
export interface Statement {
  /** Unique; calls are counted by it, for instance `SqlInsertEvents`. */
  name: string;
  text: string;
}

export interface Answer<Row> {
  rows: Row[];
  /** Rows that were found or changed. */
  count: number;
}

type Values = (string | number | boolean | string[] | null)[];
/** Sends one statement of a transaction, several at once where there are no values. */
export type Run = <Row extends object>(text: string, values?: Values) => Promise<Row[]>;

/** A PostgreSQL database behind a bounded number of connections, which are made when they are needed. */
export interface Database {
  /** For instance `127.0.0.1:5432/evp`. */
  readonly place: string;
  /** Sends one statement, once: bounded in time, the wait for a connection included. @param doing a gerund with its resource. @throws CallError */
  call<Row extends object>(doing: string, statement: Statement, values: Values): Promise<Answer<Row>>;
  /** Sends statements that are done together or not at all, and may take their time. @throws CallError, or what `work` throws */
  transaction<Value>(doing: string, work: (run: Run) => Promise<Value>): Promise<Value>;
  calls(): Record<string, number>;
  close(): void;
}

interface DatabaseOptions extends Pick<PostgresSettings, "url" | "maxConnections"> {
  /** Tells the server who is connected. */
  applicationName: string;
  timeoutMs: number;
}

/** An idle connection is closed after so long. */
const IDLE_MS = 30_000;
/** OID of int8, which may hold more than a number can, and never does here. */
const INT8 = 20;

/** Opens a database. Makes no connection before one is needed. */
export function openDatabase({ url, maxConnections, applicationName, timeoutMs }: DatabaseOptions): Database {
  const config: pg.PoolConfig = {
    ...(url === undefined ? {} : { connectionString: url }),
    application_name: applicationName,
    keepAlive: true,
    connectionTimeoutMillis: timeoutMs,
    types: { getTypeParser: (oid, format) => (oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) },
  };
  const pool = new pg.Pool({
    ...config,
    max: maxConnections,
    idleTimeoutMillis: IDLE_MS,
    onConnect: (client) => prepareConnection(client, timeoutMs),
  });
  // A connection that breaks is replaced; whoever uses it meanwhile learns it from the statement.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  const calls: Record<string, number> = {};
  const count = (name: string) => {
    calls[name] = (calls[name] ?? 0) + 1;
  };
  const connect = (doing: string) => acquire(pool, doing, timeoutMs);
  return {
    place: placeOf(config),
    async call(doing, statement, values) {
      count(statement.name);
      const startedAt = performance.now();
      const client = await connect(doing);
      const leftMs = Math.max(1, timeoutMs - (performance.now() - startedAt));
      return release(client, () => sendOne(client, doing, { ...statement, values, query_timeout: leftMs }, timeoutMs));
    },
    async transaction(doing, work) {
      count("SqlTransaction");
      const client = await connect(doing);
      return release(client, () => transact(client, doing, work));
    },
    calls: () => ({ ...calls }),
    close: () => void pool.end().catch(() => undefined),
  };
}

/** `query_timeout`: how long the statement may take from now on, ms. */
type TimedQuery = pg.QueryConfig & { query_timeout: number };

async function sendOne<Row extends object>(
  client: pg.PoolClient,
  doing: string,
  query: TimedQuery,
  timeoutMs: number,
): Promise<Answer<Row>> {
  const startedAt = performance.now();
  try {
    const { rows, rowCount } = await client.query<Row>(query);
    return { rows, count: rowCount ?? 0 };
  } catch (error) {
    const isLate = performance.now() - startedAt >= query.query_timeout;
    throw isLate ? timeoutError(doing, timeoutMs, error) : toCallError(error, doing);
  }
}

async function transact<Value>(client: pg.PoolClient, doing: string, work: (run: Run) => Promise<Value>) {
  const run: Run = async <Row extends object>(text: string, values?: Values) => {
    try {
      return (await client.query<Row>(text, values)).rows;
    } catch (error) {
      throw toCallError(error, doing);
    }
  };
  await run("BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '30s'");
  try {
    const value = await work(run);
    await run("COMMIT");
    return value;
  } catch (error) {
    // Where the connection is gone, so is the transaction.
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

/** Gives the connection back, or closes it where it may not be what it was. */
async function release<Value>(client: pg.PoolClient, work: () => Promise<Value>): Promise<Value> {
  let isSound = false;
  try {
    const value = await work();
    isSound = true;
    return value;
  } catch (error) {
    isSound = isCallError(error) && isHarmless(error.cause);
    throw error;
  } finally {
    client.release(!isSound);
  }
}

/** A connection, before the time is over. One that comes later is the next one's. */
async function acquire(pool: pg.Pool, doing: string, timeoutMs: number): Promise<pg.PoolClient> {
  const connecting = pool.connect();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(timeoutError(doing, timeoutMs)), timeoutMs);
  });
  try {
    return await Promise.race([connecting, late]);
  } catch (error) {
    connecting.then(
      (client) => client.release(),
      () => undefined,
    );
    throw isCallError(error) ? error : toCallError(error, doing);
  } finally {
    clearTimeout(timer);
  }
}

/** On a standby, what was just written elsewhere is not there yet: no decision may stand on it ("Hot Standby", 27.4). */
async function prepareConnection(client: pg.ClientBase, timeoutMs: number): Promise<void> {
  const query = {
    text: `SELECT set_config('statement_timeout', '${timeoutMs}', false), pg_is_in_recovery() AS "isStandby"`,
    query_timeout: timeoutMs,
  };
  const { rows } = await client.query<{ isStandby: boolean }>(query);
  if (rows[0]?.isStandby !== true) return;
  throw Object.assign(new Error("the server is a standby, and evp works with the primary alone"), {
    code: "StandbyServer",
  });
}

/** @throws EvpError (usage) where what the URL names cannot be used, a certificate that is not there for instance */
function clientOf(config: pg.ClientConfig): pg.Client {
  try {
    return new pg.Client(config);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new EvpError(`the store's URL cannot be used: ${why}`, {
      code: "store-url-invalid",
      category: "usage",
      hint: "Check its parameters: sslrootcert, sslcert and sslkey name files.",
      cause: error,
    });
  }
}

/** As the connection would take it from the URL and the variables; never a user or a password. */
function placeOf(config: pg.ClientConfig): string {
  const { host, port, database } = clientOf(config);
  return `${host}:${port}/${database ?? ""}`;
}
