import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    exclude: ["**/node_modules/**", "test/real-input/**", "test/postgres/**", "test/simulation/mutations/**"],
    // Tests that start processes and stacks of their own wait for conditions, on machines that may be slow.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
