import { postgresContract } from "./postgres-contract.js";
import { postgresStoreContract } from "./postgres-store-contract.js";
import { pgliteTarget } from "./postgres-target.js";

const target = pgliteTarget();
postgresContract(target);
postgresStoreContract(target);
