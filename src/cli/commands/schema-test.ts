import type { SourceItem } from "../../app/send/split-events.js";
import { EvpError } from "../../core/errors.js";
import type { CommandSpec, Invocation } from "../command-spec.js";

export interface SchemaTestFlags {
  fixture?: string;
}

export const schemaTestCommand: CommandSpec<SchemaTestFlags> = {
  name: "test",
  summary: "check events against the schemas, without a stack",
  description:
    "Checks the events of a file, of stdin (-) or of a fixture as the processor would: JSON, envelope, size and schema. No stack is needed, none is started and nothing is sent. Whether their clients may have them is not looked at. Exit code 5 when an event would be rejected.",
  arguments: [{ name: "[file]", description: "file of events as evp send reads it, or - for stdin" }],
  options: [{ flags: "--fixture <name>", description: "a case from the fixtures, for instance valid or invalid" }],
  examples: [
    { run: "evp schema test events.ndjson", does: "every event of a file" },
    { run: "generate-events | evp schema test -", does: "whatever another program writes" },
    { run: "evp schema test --fixture invalid", does: "see what failures look like" },
  ],
  async run(invocation) {
    const { context, globals, output } = invocation;
    const { resolveSettings } = await import("../config/resolve-settings.js");
    const { createStackExaminer } = await import("../stack-examiner.js");
    const { schemaTestProblem, testEvents } = await import("../../app/schema/test-events.js");
    const { renderSchemaTest } = await import("../../ui/plain/schema-test.js");
    const { items, ...named } = await openItems(invocation);
    const { settings } = await resolveSettings(context, globals);
    const examine = await createStackExaminer(settings, context.cwd);
    const { clock } = context;
    const report = await testEvents(items, { ...named, examine, clock, keepPassing: output.isJson });
    await output.result(report, renderSchemaTest);
    const problem = schemaTestProblem(report);
    if (problem !== undefined) throw problem;
  },
};

interface OpenItems {
  source: string;
  countedBy: "line" | "event";
  items: AsyncIterable<SourceItem> | Iterable<SourceItem>;
}

async function openItems({ context, args, flags }: Invocation<SchemaTestFlags>): Promise<OpenItems> {
  const [file] = args;
  if ((file === undefined) === (flags.fixture === undefined)) {
    throw new EvpError(file === undefined ? "nothing to test" : "a file and a fixture cannot be tested at once", {
      code: file === undefined ? "source-missing" : "source-unclear",
      category: "usage",
      hint: "Name a file of events, - for stdin, or a fixture (--fixture valid).",
    });
  }
  if (file !== undefined) {
    const { openFile, openStdin } = await import("../event-source.js");
    const { readSource } = await import("../../app/send/read-source.js");
    const opened = file === "-" ? openStdin(context.stdin) : await openFile(context.cwd, file);
    return {
      source: opened.name,
      countedBy: "line",
      items: readSource(opened.kind === "file" ? opened.open() : opened.chunks),
    };
  }
  const { randomUUID } = await import("node:crypto");
  const { fixtureItems } = await import("../../app/schema/fixture-items.js");
  const { loadFixture } = await import("../../app/send/fixture-folder.js");
  const { fixtureFolders } = await import("../fixture-files.js");
  const fixture = await loadFixture(flags.fixture ?? "", fixtureFolders(context));
  const round = { number: 1, now: context.clock.now(), newUuid: randomUUID };
  return { source: `fixture ${fixture.name}`, countedBy: "event", items: fixtureItems(fixture, round) };
}
