import type { OptionSpec } from "./command-spec.js";

/** Flags that every command takes, before or after its name. */
export interface GlobalFlags {
  target?: string;
  config?: string;
  stack?: string;
  region?: string;
  profile?: string;
  endpointUrl?: string;
  json?: boolean;
  quiet?: boolean;
  verbose?: boolean;
  /** False with `--no-color`. */
  color: boolean;
  /** False with `--no-input`. */
  input: boolean;
  yes?: boolean;
}

export const GLOBAL_OPTIONS: OptionSpec[] = [
  {
    flags: "--target <name>",
    description: "where the stack lives: local (the embedded stack, the default), aws, or a target of the config file",
  },
  {
    flags: "--config <file>",
    description: "config file (default: evp.config.json in this folder, where there is one)",
  },
  { flags: "--stack <name>", description: "name of the stack (default: evp)" },
  { flags: "--region <name>", description: "AWS region" },
  { flags: "--profile <name>", description: "profile of the AWS configuration files" },
  { flags: "--endpoint-url <url>", description: "anything that speaks AWS's protocols at this URL" },
  { flags: "--json", description: "print the result as JSON" },
  { flags: "--quiet", description: "print nothing but results and errors" },
  { flags: "--verbose", description: "print more on stderr, stack traces too" },
  { flags: "--no-color", description: "no colours (the variable NO_COLOR does the same)" },
  { flags: "--no-input", description: "never ask; fail where a question would come" },
  { flags: "--yes", description: "answer every question with yes" },
];
