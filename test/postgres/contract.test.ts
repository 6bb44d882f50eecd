import { postgresContract } from "../contract/postgres-contract.js";
import { databaseTarget } from "./server.js";

postgresContract(await databaseTarget("contract"));
