import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/postgres/**/*.test.ts"],
    globalSetup: ["test/postgres/start-server.ts"],
    testTimeout: 300_000,
    hookTimeout: 120_000,
    // Each file has a database of its own, and they share the server's connections.
    fileParallelism: false,
  },
});
