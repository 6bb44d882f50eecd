import { defineConfig } from "vitest/config";
import type { HandedTarget } from "../contract/aws-target.js";
import { VerdictReporter } from "./verdict-reporter.js";

/** The target that {@link file://./run-rules.ts} hands in. */
const handedTarget: HandedTarget = JSON.parse(process.env.EVP_CONFORMANCE_TARGET ?? "null");
const TEN_MINUTES_MS = 600_000;

/** The contract suites of the ports, on a target that is handed in. */
export default defineConfig({
  test: {
    include: ["test/contract/aws-{queues,tables,provisioner}.test.ts"],
    provide: { handedTarget },
    reporters: [new VerdictReporter()],
    chaiConfig: { truncateThreshold: 160 },
    fileParallelism: false,
    pool: "threads",
    // Every wait within a rule has a bound of its own; a table alone can take minutes.
    testTimeout: TEN_MINUTES_MS,
    hookTimeout: TEN_MINUTES_MS,
  },
});
