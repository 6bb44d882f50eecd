import type { TestProject } from "vitest/node";
import { serverPrograms, startCluster } from "./cluster.js";

/** Lets the suite use the server that EVP_TEST_POSTGRES_URL names, or one that is started for it. */
export default async function startServer(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.EVP_TEST_POSTGRES_URL;
  if (given !== undefined && given !== "") {
    project.provide("postgresUrl", given);
    return async () => undefined;
  }
  const programs = serverPrograms();
  if (programs === undefined)
    throw new Error("there is no PostgreSQL here: install it (Debian: postgresql), or set EVP_TEST_POSTGRES_URL");
  const cluster = await startCluster(programs);
  project.provide("postgresUrl", cluster.url);
  return cluster.remove;
}
