import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Suites of their own, most of which need what `npm ci` does not bring. */
const EXCLUDED = [
  "**/node_modules/**",
  "test/real-input/**",
  "test/export/**",
  "test/kafka/**",
  "test/postgres/**",
  "test/simulation/mutations/**",
];

export default defineConfig({
  test: {
    // Tests that start processes and stacks of their own wait for conditions, on machines that may be slow.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Most of the time goes to such waiting.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        extends: true,
        // They keep nothing in modules, so that they need no worker of their own each: to start one takes half a second.
        test: { name: "unit", include: ["test/unit/**/*.test.{ts,tsx}"], isolate: false },
      },
      {
        extends: true,
        test: { name: "whole", include: ["test/**/*.test.{ts,tsx}"], exclude: [...EXCLUDED, "test/unit/**"] },
      },
    ],
  },
});
