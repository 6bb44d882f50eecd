import type { CommandSpec } from "../command-spec.js";
import { INGEST_OPTIONS, type IngestFlags } from "../ingest-options.js";

export interface IngestFileFlags extends IngestFlags {
  follow?: boolean;
  fromBeginning?: boolean;
}

export const ingestFileCommand: CommandSpec<IngestFileFlags> = {
  name: "file",
  summary: "bring the lines of a file onto the ingress queue, as it grows",
  description:
    "Sends each line of a file, or of every .ndjson and .jsonl file of a folder, onto the ingress queue, each group in order. It remembers how far it is: the next run goes on from there, after a crash too. With --follow it waits for more, also when the file is rotated or truncated, until Ctrl-C; a line counts once its line end is there. What is no valid event is rejected by evp process; a line that no message can carry goes straight to the DLQ.",
  arguments: [{ name: "<file>", description: "a file, a folder, or - for stdin, of which no position is kept" }],
  options: [
    { flags: "--follow", description: "go on with what is written later, until Ctrl-C" },
    { flags: "--from-beginning", description: "leave out of account how far an earlier run was" },
    ...INGEST_OPTIONS,
  ],
  examples: [
    { run: "evp ingest file orders.ndjson", does: "what is new in a file since the last time" },
    { run: "evp ingest file orders.ndjson --follow", does: "as it grows, through rotations" },
    { run: "evp ingest file events/ --follow", does: "every .ndjson and .jsonl file of a folder, new ones too" },
    { run: "generate-events | evp ingest file -", does: "whatever another program writes" },
  ],
  stopsItself: "in-time",
  async run(invocation) {
    const { withStack } = await import("../stack-session.js");
    const { runIngest } = await import("../run-ingest.js");
    const { findFileSource } = await import("../ingest-file-source.js");
    const openSource = await findFileSource(invocation);
    await withStack(invocation, { changes: true }, async (session) => {
      const source = await openSource(session.settings);
      await runIngest(invocation, session, source, { isEndless: invocation.flags.follow === true });
    });
  },
};
