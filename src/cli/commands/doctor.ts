import type { DoctorWorld } from "../../app/doctor/doctor-world.js";
import type { CommandSpec, Invocation } from "../command-spec.js";
import type { ResolvedSettings } from "../config/resolve-settings.js";

export const doctorCommand: CommandSpec = {
  name: "doctor",
  summary: "look for what is wrong: settings, target, resources, work",
  description:
    "Looks at everything that one would look at when something is wrong, from near to far: Node, the config and where each setting comes from, the schemas, the embedded stack's process, whether each service answers, clocks, credentials, resources beside the plan, permissions, size limits, timeouts, quotas, processors and what waits. Each finding says what to do about it. Nothing is started, received or changed. Exit code 5 when there are findings.",
  examples: [
    { run: "evp doctor", does: "the embedded stack" },
    { run: "evp doctor --target aws --region eu-west-1", does: "a real one, before the first evp process" },
    { run: "evp doctor --json", does: "for another program" },
  ],
  async run(invocation) {
    const { output } = invocation;
    const { doctorProblem, runDoctor } = await import("../../app/doctor/run-doctor.js");
    const { renderDoctor } = await import("../../ui/plain/doctor.js");
    const { world, close } = await openWorld(invocation);
    const progress = await output.spin("Looking");
    try {
      const report = await runDoctor(world, (title) => progress.say(`Looking at ${title}`));
      progress.stop();
      await output.result(report, renderDoctor);
      const problem = doctorProblem(report);
      if (problem !== undefined) throw problem;
    } finally {
      progress.stop();
      close();
    }
  },
};

async function openWorld({ context, globals }: Invocation): Promise<{ world: DoctorWorld; close(): void }> {
  const { readConfig } = await import("../doctor/read-config.js");
  const read = await readConfig(context, globals);
  const known = { version: context.version, nodeVersion: process.versions.node, clock: context.clock };
  if (read.resolved === undefined) {
    const nothing = { localStack: undefined, connection: undefined, compileSchemas: async () => 0 };
    return { world: { ...known, ...nothing, config: read.config }, close: () => undefined };
  }
  const { settings } = read.resolved;
  const localStack = await seeStack(context, read.resolved);
  const isThere = localStack === undefined || localStack.running !== undefined;
  const connection = isThere ? await context.connect(settings, localStack?.running?.endpoint) : undefined;
  const world: DoctorWorld = {
    ...known,
    config: read.config,
    localStack,
    connection,
    async compileSchemas() {
      const { readSchemaFiles } = await import("../schema-files.js");
      const { compileSchemas } = await import("../../core/schema-compiler.js");
      const files = await readSchemaFiles(settings.schemas, context.cwd);
      compileSchemas(files, settings.triage);
      return files.length;
    },
  };
  return { world, close: () => connection?.close() };
}

async function seeStack({ localStack }: Invocation["context"], { settings: { target } }: ResolvedSettings) {
  if (target.kind !== "local") return undefined;
  const { seeLocalStack } = await import("../doctor/local-stack-sight.js");
  return seeLocalStack(localStack, target);
}
