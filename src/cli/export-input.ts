import { EvpError } from "../core/errors.js";
import type { ExportPlace } from "../core/export/place.js";
import type { Settings } from "../core/settings.js";
import type { Invocation } from "./command-spec.js";
import { resolveSettings } from "./config/resolve-settings.js";
import type { ExportFlags } from "./export-options.js";

const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d+$/;

/**
 * The settings and the place that an export is for. Nobody is asked and no credentials are needed, so that only what the
 * command line says fixes the place. Throws an EvpError of category `usage` for flags that could mean nothing.
 */
export async function exportInput({
  context,
  globals,
  flags,
}: Invocation<ExportFlags>): Promise<{ settings: Settings; place: ExportPlace }> {
  const { region, profile, endpointUrl, target, ...others } = globals;
  const idle = profile !== undefined ? "--profile" : endpointUrl !== undefined ? "--endpoint-url" : undefined;
  if (idle !== undefined) throw withoutEffect(idle);
  if (target !== undefined && target !== "aws") throw withoutEffect(`--target ${target}`);
  if (region !== undefined && !REGION.test(region)) {
    throw new EvpError(`${JSON.stringify(region)} is no region of AWS`, {
      code: "region-unusable",
      category: "usage",
      hint: "Give one like eu-west-1, or leave --region out: the export then fits every region.",
    });
  }
  const { settings } = await resolveSettings(context, { ...others, target: "aws" });
  return { settings, place: { account: flags.account, region } };
}

function withoutEffect(flag: string): EvpError {
  return new EvpError(`${flag} means nothing here: an export is for AWS, and nobody is asked`, {
    code: "flag-without-effect",
    category: "usage",
    hint: `Leave ${flag} out.`,
  });
}
