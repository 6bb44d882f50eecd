import { type ClientRecord, isPoisonPolicy } from "../../core/client.js";
import type { ClientRegistry } from "../../ports/client-registry.js";
import type { Database, Statement } from "./database.js";
import { quoted } from "./quoting.js";

interface ClientRow {
  name: string;
  active: boolean;
  allowed_types: string[];
  poison_policy: string;
  topic_arn: string;
  queue_name: string;
}

/**
 * The client registry in PostgreSQL, one row per client. The row of a client that was removed stays, as one that is not registered, for
 * as long as the journal has events of it; and every type that a client was ever allowed is a row of `event_type`.
 */
export function createClientRegistry(database: Database, schema: string): ClientRegistry {
  const sql = statementsOf(quoted(schema));
  const table = `${schema}.client`;
  return {
    async get(clientIds) {
      const { rows } = await database.call<ClientRow>(`reading ${table}`, sql.get, [clientIds]);
      return new Map(rows.map(toRecord).map((record) => [record.clientId, record]));
    },
    async list() {
      const { rows } = await database.call<ClientRow>(`reading ${table}`, sql.list, []);
      return rows.map(toRecord);
    },
    async put(client, expected) {
      const doing = `writing client ${client.clientId} to ${table}`;
      const { count } =
        expected === undefined
          ? await database.call(doing, sql.create, valuesOf(client))
          : await database.call(doing, sql.replace, [...valuesOf(client), ...valuesOf(expected).slice(1)]);
      return count > 0;
    },
    async remove(clientId) {
      await database.call(`removing client ${clientId} from ${table}`, sql.remove, [clientId]);
    },
  };
}

function valuesOf({ clientId, active, allowedTypes, poisonPolicy, topicArn, queueName }: ClientRecord) {
  return [clientId, active, allowedTypes, poisonPolicy, topicArn, queueName];
}

function toRecord({ name, active, allowed_types, poison_policy, topic_arn, queue_name }: ClientRow): ClientRecord {
  return {
    clientId: name,
    active,
    allowedTypes: allowed_types,
    poisonPolicy: isPoisonPolicy(poison_policy) ? poison_policy : "skip",
    topicArn: topic_arn,
    queueName: queue_name,
  };
}

const COLUMNS = "name, active, allowed_types, poison_policy, topic_arn, queue_name";

function statementsOf(schema: string): Record<"get" | "list" | "create" | "replace" | "remove", Statement> {
  const table = `${schema}.client`;
  // The types of what was written, and of nothing else.
  const withTypes = (write: string) => `WITH written AS (${write} RETURNING allowed_types),
      types AS (INSERT INTO ${schema}.event_type (name)
        SELECT DISTINCT unnest(allowed_types) FROM written ON CONFLICT DO NOTHING)
    SELECT FROM written`;
  return {
    get: {
      name: "SqlGetClients",
      text: `SELECT ${COLUMNS} FROM ${table} WHERE name = ANY($1) AND registered`,
    },
    list: { name: "SqlListClients", text: `SELECT ${COLUMNS} FROM ${table} WHERE registered ORDER BY name` },
    create: {
      name: "SqlCreateClient",
      text: withTypes(`INSERT INTO ${table} AS known (${COLUMNS}, registered) VALUES ($1, $2, $3, $4, $5, $6, true)
        ON CONFLICT (name) DO UPDATE SET active = excluded.active, allowed_types = excluded.allowed_types,
          poison_policy = excluded.poison_policy, topic_arn = excluded.topic_arn, queue_name = excluded.queue_name,
          registered = true
        WHERE NOT known.registered`),
    },
    replace: {
      name: "SqlReplaceClient",
      text: withTypes(`UPDATE ${table} SET active = $2, allowed_types = $3, poison_policy = $4, topic_arn = $5,
          queue_name = $6
        WHERE name = $1 AND registered AND active = $7 AND allowed_types = $8 AND poison_policy = $9
          AND topic_arn = $10 AND queue_name = $11`),
    },
    remove: {
      name: "SqlRemoveClient",
      text: `UPDATE ${table} SET registered = false, active = false WHERE name = $1 AND registered`,
    },
  };
}
