import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["test/simulation/mutations/**/*.test.ts"], testTimeout: 300_000 },
});
