import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/kafka/**/*.test.ts"],
    // One Kafka for all of them, and two cores.
    globalSetup: "test/kafka/node/shared-kafka.ts",
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});
