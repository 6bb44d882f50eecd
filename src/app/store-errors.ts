import type { ErrorCategory } from "../core/errors.js";

/** What a command makes of a failure of PostgreSQL. */
interface StoreFailure {
  code: string;
  category: ErrorCategory;
  hint: string;
}

const CREDENTIALS: StoreFailure = {
  code: "store-credentials-refused",
  category: "credentials",
  hint: "Check the user and the password in EVP_STORE_URL, store.url of the config, PGUSER and PGPASSWORD, or ~/.pgpass.",
};
const NOT_WRITABLE: StoreFailure = {
  code: "store-not-writable",
  category: "unreachable",
  hint: "Let the URL lead to the primary; after a failover, try again.",
};

/** By the SQLSTATE ("PostgreSQL Error Codes"), or by what evp found out about the schema. */
const FAILURES: Readonly<Record<string, StoreFailure>> = {
  "28000": CREDENTIALS,
  "28P01": CREDENTIALS,
  "42501": {
    code: "store-permission-denied",
    category: "credentials",
    hint: "Grant the role what it needs: evp doctor names it; evp init also needs CREATE on the database.",
  },
  "3D000": {
    code: "store-database-missing",
    category: "not-found",
    hint: "Create the database, with createdb for instance, then run evp init.",
  },
  "25006": NOT_WRITABLE,
  StandbyServer: NOT_WRITABLE,
  StoreTooOld: {
    code: "store-too-old",
    category: "not-found",
    hint: "Run evp init, which brings the schema up to date.",
  },
  StoreTooNew: {
    code: "store-too-new",
    category: "usage",
    hint: "Nothing was changed. Use the evp that migrated it, or a newer one.",
  },
  StoreForeign: {
    code: "store-foreign",
    category: "usage",
    hint: "Give --stack, or set another store.schema in the config.",
  },
  StoreEncoding: {
    code: "store-encoding",
    category: "usage",
    hint: "Use a database that was created with ENCODING 'UTF8'.",
  },
};

/** undefined: the code tells nothing that only a database's would. */
export function storeFailure(code: string): StoreFailure | undefined {
  return FAILURES[code];
}
