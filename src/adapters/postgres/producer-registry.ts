import type { ProducerRecord, ProducerSecret } from "../../core/producer.js";
import type { ProducerRegistry } from "../../ports/producer-registry.js";
import type { Database, Statement } from "./database.js";
import { quoted } from "./quoting.js";

interface ProducerRow {
  producer_id: string;
  active: boolean;
  allowed_clients: string[];
  allowed_types: string[];
  rate_per_second: number | null;
  secrets: ProducerSecret[];
}

/** The producer registry in PostgreSQL, one row per producer. */
export function createProducerRegistry(database: Database, schema: string): ProducerRegistry {
  const sql = statementsOf(quoted(schema));
  const table = `${schema}.producer`;
  return {
    async get(producerId) {
      const { rows } = await database.call<ProducerRow>(`reading ${table}`, sql.get, [producerId]);
      return rows.map(toRecord)[0];
    },
    async list() {
      const { rows } = await database.call<ProducerRow>(`reading ${table}`, sql.list, []);
      return rows.map(toRecord);
    },
    async put(producer, expected) {
      const doing = `writing producer ${producer.producerId} to ${table}`;
      const { count } =
        expected === undefined
          ? await database.call(doing, sql.create, valuesOf(producer))
          : await database.call(doing, sql.replace, [...valuesOf(producer), ...valuesOf(expected).slice(1)]);
      return count > 0;
    },
    async remove(producerId) {
      await database.call(`removing producer ${producerId} from ${table}`, sql.remove, [producerId]);
    },
  };
}

function valuesOf({ producerId, active, allowedClients, allowedTypes, ratePerSecond, secrets }: ProducerRecord) {
  return [producerId, active, allowedClients, allowedTypes, ratePerSecond ?? null, JSON.stringify(secrets)];
}

function toRecord(row: ProducerRow): ProducerRecord {
  return {
    producerId: row.producer_id,
    active: row.active,
    allowedClients: row.allowed_clients,
    allowedTypes: row.allowed_types,
    ...(row.rate_per_second === null ? {} : { ratePerSecond: row.rate_per_second }),
    secrets: row.secrets,
  };
}

const COLUMNS = "producer_id, active, allowed_clients, allowed_types, rate_per_second, secrets";

function statementsOf(schema: string): Record<"get" | "list" | "create" | "replace" | "remove", Statement> {
  const table = `${schema}.producer`;
  return {
    get: { name: "SqlGetProducer", text: `SELECT ${COLUMNS} FROM ${table} WHERE producer_id = $1` },
    list: { name: "SqlListProducers", text: `SELECT ${COLUMNS} FROM ${table} ORDER BY producer_id` },
    create: {
      name: "SqlCreateProducer",
      text: `INSERT INTO ${table} (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
    },
    replace: {
      name: "SqlReplaceProducer",
      text: `UPDATE ${table} SET active = $2, allowed_clients = $3, allowed_types = $4, rate_per_second = $5, secrets = $6
        WHERE producer_id = $1 AND active = $7 AND allowed_clients = $8 AND allowed_types = $9
          AND rate_per_second IS NOT DISTINCT FROM $10 AND secrets = $11`,
    },
    remove: { name: "SqlRemoveProducer", text: `DELETE FROM ${table} WHERE producer_id = $1` },
  };
}
