import { InvalidArgumentError } from "commander";
import type { SchemaPlace } from "../../app/schema/schema-place.js";
import type { StoreTrial } from "../../app/schema/try-stored-events.js";
import { EvpError } from "../../core/errors.js";
import type { CommandSpec, Invocation } from "../command-spec.js";
import type { NewSchema } from "../schema-versions.js";
import { collect, readCount } from "../values.js";

export interface SchemaCheckFlags {
  type?: string;
  schemaVersion?: string;
  against?: string[];
  last?: number;
  client?: string;
}

const DEFAULT_LAST = 1000;
const STORE = "store";

export const schemaCheckCommand: CommandSpec<SchemaCheckFlags> = {
  name: "check",
  summary: "would this new version of a schema break producers?",
  description:
    "Compares a new schema with the one that events of its type follow now: of the same version, or else the newest one before it. Each change is told as breaking, as compatible, or as one that the schemas alone cannot tell. With --against store, the newest stored events of each client are checked with the new schema too; nothing is changed. The type and the version come from the file's name (order/1.1.json, order-1.1.json) unless they are given. Exit code 5 when it would break producers.",
  arguments: [{ name: "<file>", description: "the new schema" }],
  options: [
    { flags: "--type <name>", description: "the event type that it is for" },
    { flags: "--schema-version <n.n>", description: "the version that it is for", parse: readVersion },
    {
      flags: "--against <what>",
      description: "store: the stored events too; or the old schema's file (may be repeated)",
      parse: collect,
    },
    {
      flags: "--last <n>",
      description: "how many stored events of each client (default: 1000)",
      parse: readCount,
    },
    { flags: "--client <id>", description: "only this client's stored events" },
  ],
  examples: [
    { run: "evp schema check order/1.1.json", does: "against order 1.0 of the config" },
    { run: "evp schema check order/1.1.json --against store --last 500", does: "and against what was sent" },
    { run: "evp schema check new.json --type order --against old.json", does: "two files" },
  ],
  async run(invocation) {
    const { context, globals, flags, output } = invocation;
    assertStoreFlags(flags);
    const { resolveSettings } = await import("../config/resolve-settings.js");
    const { readNewSchema, readOldSchema } = await import("../schema-versions.js");
    const { checkSchema, schemaCheckProblem } = await import("../../app/schema/check-schema.js");
    const { renderSchemaCheck } = await import("../../ui/plain/schema-check.js");
    const { settings } = await resolveSettings(context, globals);
    const [against, ...others] = (flags.against ?? []).filter((what) => what !== STORE);
    if (others.length > 0) throw tooManyFiles();
    const newer = await readNewSchema(context, invocation.args[0] ?? "", {
      type: flags.type,
      version: flags.schemaVersion,
    });
    const older = await readOldSchema(context, newer, { against, settings: settings.schemas });
    const place = { type: newer.type, version: older.version };
    const store = flags.against?.includes(STORE) === true ? await tryStore(invocation, newer, place) : null;
    const report = checkSchema(newer, older, store);
    await output.result(report, renderSchemaCheck);
    const problem = schemaCheckProblem(report);
    if (problem !== undefined) throw problem;
  },
};

function readVersion(text: string): string {
  if (!/^\d{1,9}\.\d{1,9}$/.test(text)) throw new InvalidArgumentError("Expected a version, for instance 1.1.");
  return text;
}

function assertStoreFlags({ against = [], last, client }: SchemaCheckFlags): void {
  const idle = last !== undefined ? "--last" : client !== undefined ? "--client" : undefined;
  if (idle === undefined || against.includes(STORE)) return;
  throw new EvpError(`${idle} is about stored events, and these are not asked for`, {
    code: "flag-without-effect",
    category: "usage",
    hint: `Add --against store, or leave ${idle} out.`,
  });
}

function tooManyFiles(): EvpError {
  return new EvpError("a new schema is compared with one old one", {
    code: "against-unclear",
    category: "usage",
    hint: "Give --against one file, and --against store for the stored events.",
  });
}

/** Which events a type had is known by the version that the new schema comes after. */
async function tryStore(
  invocation: Invocation<SchemaCheckFlags>,
  newer: NewSchema,
  place: SchemaPlace,
): Promise<StoreTrial> {
  const { context, flags, output } = invocation;
  const { withStack } = await import("../stack-session.js");
  const { findClient, listClients } = await import("../../app/client.js");
  const { tryStoredEvents } = await import("../../app/schema/try-stored-events.js");
  const { createSchemaExaminer } = await import("../schema-versions.js");
  let trial: StoreTrial | undefined;
  await withStack(invocation, { changes: false }, async ({ connection: { clients, journal }, settings }) => {
    const named = flags.client === undefined ? await listClients(clients) : [await findClient(clients, flags.client)];
    const progress = await output.spin("Reading stored events");
    trial = await tryStoredEvents(journal, {
      place,
      clientIds: named.map(({ clientId }) => clientId),
      last: flags.last ?? DEFAULT_LAST,
      examine: await createSchemaExaminer(newer, settings),
      now: context.clock.now(),
      onProgress: (clientId, checked) => progress.say(`Reading stored events: ${clientId}, ${checked}`),
    }).finally(progress.stop);
  });
  if (trial === undefined) throw new TypeError("a stack session ends with its body, or throws");
  return trial;
}
