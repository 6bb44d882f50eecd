import type { CommandSpec } from "../command-spec.js";

export const schemaListCommand: CommandSpec = {
  name: "list",
  summary: "list the schemas: every event type and version that passes",
  description:
    "Lists every event type and version that this config can validate, and the schema's file. All of them are compiled: one that cannot be is told with its file and place.",
  examples: [
    { run: "evp schema list", does: "what a payload may follow" },
    { run: "evp schema list --json", does: "for another program" },
  ],
  async run({ context, globals, output }) {
    const { resolve, sep } = await import("node:path");
    const { resolveSettings } = await import("../config/resolve-settings.js");
    const { readSchemaFiles } = await import("../schema-files.js");
    const { compileSchemas } = await import("../../core/schema-compiler.js");
    const { listSchemas } = await import("../../app/schema/list-schemas.js");
    const { renderSchemas } = await import("../../ui/plain/schema-list.js");
    const { settings } = await resolveSettings(context, globals);
    const files = await readSchemaFiles(settings.schemas, context.cwd);
    compileSchemas(files, []);
    const ownFolder = resolve(context.packageRoot, "schemas") + sep;
    const schemas = listSchemas(files, (file) => resolve(context.cwd, file).startsWith(ownFolder));
    await output.list(schemas, renderSchemas, "The folder of schemas is empty.");
  },
};
