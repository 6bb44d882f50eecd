import type { CommandSpec } from "../command-spec.js";

interface ExportFunctionFlags {
  out?: string;
}

export const exportFunctionCommand: CommandSpec<ExportFunctionFlags> = {
  name: "function",
  summary: "pack the processor as an AWS Lambda function",
  description:
    "Writes a folder that runs as an AWS Lambda function behind the ingress queue: one bundle with the handler index.handler, the config and the schemas. Zip what is in it. An earlier export in the same folder is replaced.",
  options: [{ flags: "--out <dir>", description: "the folder to write (default: evp-function)" }],
  examples: [
    { run: "evp export function", does: "write ./evp-function for this folder's config" },
    { run: "evp export function --stack orders --out build/orders", does: "for another stack, elsewhere" },
  ],
  async run({ context, globals, flags, output }) {
    const { exportFunction } = await import("../export-function.js");
    const { renderExportedFunction } = await import("../../ui/plain/exported-function.js");
    const exported = await exportFunction(context, globals, flags.out ?? "evp-function");
    await output.result(exported, renderExportedFunction);
  },
};
