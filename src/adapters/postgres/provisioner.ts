import type { DesiredResource } from "../../core/stack-plan.js";
import type { Provisioner } from "../../ports/provisioner.js";
import type { ResourceHandler } from "../resource-handler.js";
import type { Database } from "./database.js";
import { migrationHandler } from "./provision/migration.js";
import { schemaHandler } from "./provision/schema.js";
import { viewsHandler } from "./provision/views.js";

/** Creates, brings up to date and drops what a stack has in PostgreSQL. */
export function createProvisioner(database: Database): Provisioner {
  return {
    inspect: (resource) => handlerOf(database, resource).inspect(),
    create: (resource) => handlerOf(database, resource).create(),
    update: (resource, differences) => handlerOf(database, resource).update(differences),
    remove: (resource) => handlerOf(database, resource).remove(),
  };
}

/** @throws TypeError for what is not a database's */
function handlerOf(database: Database, resource: DesiredResource): ResourceHandler {
  switch (resource.kind) {
    case "database-schema":
      return schemaHandler(database, resource);
    case "database-migration":
      return migrationHandler(database, resource);
    case "database-views":
      return viewsHandler(database, resource);
    default:
      throw new TypeError(`a ${resource.kind} is not kept in a database`);
  }
}
