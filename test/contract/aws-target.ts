import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { connect } from "../../src/adapters/aws/connect.js";
import { systemClock } from "../../src/adapters/system-clock.js";
import type { Settings } from "../../src/core/settings.js";
import { serveLocalStack } from "../../src/local/background/serve.js";
import type { Clock } from "../../src/ports/clock.js";
import type { StackConnection } from "../../src/ports/stack-connection.js";
import { settingsOf } from "../factories/settings.js";

/** An embedded stack for the tests of one file, in this process. Each test opens a stack of its own name on it. */
export function servedTarget() {
  let endpoint = "";
  let stacks = 0;
  const undo: (() => unknown)[] = [];
  beforeAll(async () => {
    const directory = mkdtempSync(join(tmpdir(), "evp-contract-"));
    const stack = await serveLocalStack({ stateDir: directory, port: 0, version: "0.0.0", log: () => {} });
    endpoint = stack.endpoint;
    undo.push(
      () => rm(directory, { recursive: true, force: true }),
      () => stack.close(),
    );
  });
  afterAll(async () => {
    for (const step of undo.reverse()) await step();
  });
  return {
    endpoint: () => endpoint,
    open(
      changes: Partial<Settings> = {},
      clock: Clock = systemClock,
    ): { connection: StackConnection; settings: Settings } {
      stacks += 1;
      const settings = settingsOf({ stack: `s${stacks}`, ...changes });
      const connection = connect(settings, { localEndpoint: endpoint, env: {}, clock });
      undo.push(() => connection.close());
      return { connection, settings };
    },
  };
}
