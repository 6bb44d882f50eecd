import { InvalidArgumentError } from "commander";
import type { OptionSpec } from "./command-spec.js";

/** Options of everything that is exported. */
export interface ExportFlags {
  account?: string;
  out?: string;
}

export interface TemplateFlags extends ExportFlags {
  function?: boolean;
}

export const ACCOUNT_OPTION: OptionSpec = {
  flags: "--account <id>",
  description: "only for this account; --region does the same for a region",
  parse: readAccount,
};

export const FUNCTION_OPTION: OptionSpec = {
  flags: "--function",
  description: "with a Lambda function that takes events; a parameter chooses between it and evp process",
};

function readAccount(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError("Expected the 12 digits of an account.");
  return text;
}
