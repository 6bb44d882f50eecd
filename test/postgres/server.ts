import pg from "pg";
import { inject } from "vitest";
import type { PostgresTarget } from "../contract/postgres-target.js";

declare module "vitest" {
  interface ProvidedContext {
    /** URL of the server that the suite runs on. */
    postgresUrl: string;
  }
}

/** Does something on a connection of its own. */
export async function onServer<Row>(url: string, text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** A database of its own on the suite's server, for the tests of one file; made once, before anything is asked of it. */
export async function databaseTarget(name: string, maxConnections = 4): Promise<PostgresTarget> {
  const server = inject("postgresUrl");
  await onServer(server, `DROP DATABASE IF EXISTS ${name}`);
  await onServer(server, `CREATE DATABASE ${name} ENCODING 'UTF8' TEMPLATE template0`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: () => url.href,
    maxConnections,
    settle: async () => undefined,
    run: (text, values) => onServer(url.href, text, values),
  };
}
