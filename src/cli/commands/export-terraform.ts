import type { CommandSpec } from "../command-spec.js";
import { ACCOUNT_OPTION, FUNCTION_OPTION, type TemplateFlags } from "../export-options.js";

/** Its own file beside others of the module ("Files and Configuration Structure"). */
const FILE_NAME = "evp.tf.json";

export const exportTerraformCommand: CommandSpec<TemplateFlags> = {
  name: "terraform",
  summary: "the stack as a configuration of Terraform or OpenTofu",
  description:
    "Writes the stack as Terraform's JSON syntax, which OpenTofu reads, too: what evp init makes, setting by setting, and besides the roles and alarms that running it takes. evp init --target aws then finds everything as it should be and only registers the clients. No call is made and no credentials are needed: account and region are the provider's.",
  options: [
    { flags: "--out <folder>", description: `write ${FILE_NAME} there instead of printing it` },
    FUNCTION_OPTION,
    ACCOUNT_OPTION,
  ],
  examples: [
    { run: "evp export terraform --out infra/evp", does: "infra/evp/evp.tf.json, a module of its own" },
    {
      run: "evp export terraform --region eu-west-1 --account 123456789012",
      does: "with a provider that fits only there",
    },
  ],
  async run(invocation) {
    const { join } = await import("node:path");
    const { exportInput } = await import("../export-input.js");
    const { planExport } = await import("../../core/export/stack-export.js");
    const { countBlocks } = await import("../../core/export/terraform-blocks.js");
    const { leftToInit } = await import("../../core/export/terraform-resources.js");
    const { toTerraform } = await import("../../core/export/terraform.js");
    const { writeExport } = await import("../export-output.js");
    const { flags, output } = invocation;
    const { settings, place } = await exportInput(invocation);
    const stack = planExport(settings, { place, withFunction: flags.function === true });
    const configuration = toTerraform(stack);
    const file = flags.out === undefined ? undefined : join(flags.out, FILE_NAME);
    await writeExport(invocation, configuration, { file, count: countBlocks(configuration), what: "resources" });
    const left = leftToInit(stack);
    if (left.length > 0) {
      output.warn(`Terraform's provider cannot set ${left.join(", ")}: run evp init afterwards, which does.`);
    }
  },
};
