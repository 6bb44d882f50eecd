import type { CommandSpec } from "../command-spec.js";
import { ACCOUNT_OPTION, FUNCTION_OPTION, type TemplateFlags } from "../export-options.js";

/** Of a template that is handed to CloudFormation as it is; a larger one it fetches from S3 ("AWS CloudFormation quotas"). */
const MAX_INLINE_BYTES = 51_200;

export const exportCloudFormationCommand: CommandSpec<TemplateFlags> = {
  name: "cloudformation",
  summary: "the stack as a template of AWS CloudFormation",
  description:
    "Writes the stack as a CloudFormation template in JSON: what evp init makes, setting by setting, and besides the roles and alarms that running it takes. evp init --target aws then finds everything as it should be and only registers the clients. No call is made and no credentials are needed: account and region are those of the deployment.",
  options: [
    { flags: "--out <file>", description: "write it there instead of printing it" },
    FUNCTION_OPTION,
    ACCOUNT_OPTION,
  ],
  examples: [
    { run: "evp export cloudformation --out evp.template.json", does: "the stack, for any account and region" },
    {
      run: "evp export cloudformation --function --out evp.template.json",
      does: "with a Lambda function as the processor",
    },
  ],
  async run(invocation) {
    const { exportInput } = await import("../export-input.js");
    const { planExport } = await import("../../core/export/stack-export.js");
    const { toCloudFormation } = await import("../../core/export/cloudformation.js");
    const { writeExport } = await import("../export-output.js");
    const { flags, output } = invocation;
    const { settings, place } = await exportInput(invocation);
    const template = toCloudFormation(planExport(settings, { place, withFunction: flags.function === true }));
    const count = Object.keys(template.Resources ?? {}).length;
    const text = await writeExport(invocation, template, { file: flags.out, count, what: "resources" });
    if (Buffer.byteLength(text) > MAX_INLINE_BYTES) {
      output.note("The template is larger than 51,200 bytes: aws cloudformation deploy wants --s3-bucket for it.");
    }
  },
};
