import { postgresStoreContract } from "../contract/postgres-store-contract.js";
import { databaseTarget } from "./server.js";

postgresStoreContract(await databaseTarget("store"));
