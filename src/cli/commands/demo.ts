import type { DemoLine } from "../../app/demo/run-demo.js";
import { EvpError } from "../../core/errors.js";
import type { Settings } from "../../core/settings.js";
import type { CommandSpec, Invocation } from "../command-spec.js";
import type { RunningLocalStack } from "../context.js";

export const demoCommand: CommandSpec = {
  name: "demo",
  summary: "see it all at work, on a stack that is thrown away",
  description:
    "The whole story in one command, on an embedded stack of its own that is thrown away afterwards: creates the stack, runs the processor, sends valid, invalid and duplicate events, shows what each client got and what the DLQ holds, redrives, and cleans up. It ends with exit code 0 only if all of it held.",
  examples: [{ run: "evp demo", does: "takes a few seconds and needs nothing" }],
  // Abandoned at the first signal, it would leave its stack behind.
  stopsItself: "in-time",
  async run(invocation) {
    const { mkdtemp, rm } = await import("node:fs/promises");
    const { tmpdir } = await import("node:os");
    const { join } = await import("node:path");
    const { context, output } = invocation;
    const stateDir = await mkdtemp(join(tmpdir(), "evp-demo-"));
    try {
      const stack = await context.localStack.ensure({ stateDir, port: 0 });
      const failures = await tellStory(invocation, stack, await demoSettings(invocation, stateDir));
      if (invocation.stop.aborted) throw new EvpError("interrupted", { code: "interrupted", category: "interrupted" });
      if (failures > 0) throw demoFailed(failures);
    } finally {
      await context.localStack.stop(stateDir);
      await rm(stateDir, { recursive: true, force: true });
    }
    output.note("\nThe stack is gone again. Next: evp init, then evp process in one terminal and evp send in another.");
  },
};

/** evp's defaults, whatever config file may lie here: the story is about the default clients. */
async function demoSettings({ context }: Invocation, stateDir: string): Promise<Settings> {
  const { resolveSettings } = await import("../config/resolve-settings.js");
  const place = { ...context, cwd: stateDir, env: {} };
  const { settings } = await resolveSettings(place, { color: true, input: false });
  return settings;
}

/** @returns how many lines did not hold */
async function tellStory(invocation: Invocation, { endpoint }: RunningLocalStack, settings: Settings): Promise<number> {
  const { context, output, stop } = invocation;
  const { runDemo } = await import("../../app/demo/run-demo.js");
  const { renderDemoLine } = await import("../../ui/plain/demo-line.js");
  const { createStackExaminer } = await import("../stack-examiner.js");
  const { createEventCheck } = await import("../event-check.js");
  const { randomUUID } = await import("node:crypto");
  const { clock } = context;
  const examine = await createStackExaminer(settings, context.cwd);
  const connection = await context.connect(settings, endpoint);
  const started: DemoLine = {
    text: `an embedded SQS, SNS and DynamoDB listens on ${endpoint}: no Docker, no account`,
    holds: true,
  };
  await output.record(started, renderDemoLine);
  const check = createEventCheck(settings, clock);
  let failures = 0;
  try {
    for await (const line of runDemo({
      connection,
      settings,
      clock,
      examine,
      check,
      newUuid: randomUUID,
      signal: stop,
    })) {
      if (stop.aborted) break;
      if ("holds" in line && !line.holds) failures++;
      await output.record(line, renderDemoLine);
    }
  } finally {
    connection.close();
  }
  return failures;
}

function demoFailed(failures: number): EvpError {
  return new EvpError(`${failures} of the lines above did not hold`, {
    code: "demo-failed",
    category: "failed",
    hint: "Run evp demo again; if it fails again, please report what it printed.",
  });
}
