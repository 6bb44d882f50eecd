import { postgresContract } from "./postgres-contract.js";
import { pgliteTarget } from "./postgres-target.js";

postgresContract(pgliteTarget());
