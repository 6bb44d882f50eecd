import { parseArgs } from "node:util";
import { EvpError } from "../../src/core/errors.js";
import type { TargetSettings } from "../../src/core/settings.js";

/** What `npm run conformance` is told. */
export interface ConformanceArguments {
  target: TargetSettings;
  /** A real account may be used. */
  isAgreed: boolean;
  isJson: boolean;
}

export const USAGE = `npm run conformance -- --endpoint-url <url> [--region <name>] [--profile <name>] [--json]
npm run conformance -- --target aws --yes [--region <name>] [--profile <name>] [--json]

Checks the rules that evp relies on against anything that speaks AWS's protocols at a URL, or against a real AWS
account. Everything is made under a name of its own, and removed afterwards.
`;
const DEFAULT_REGION = "us-east-1";

/** @throws EvpError of category `usage` */
export function readArguments(args: string[]): ConformanceArguments {
  const values = parse(args);
  const endpoint = values["endpoint-url"];
  const { region, profile, target } = values;
  const { yes: isAgreed = false, json: isJson = false } = values;
  if (endpoint !== undefined) {
    if (target !== undefined) throw usage("--endpoint-url and --target go not together");
    if (!URL.canParse(endpoint)) throw usage(`--endpoint-url takes a URL, not ${endpoint}`);
    const endpoints = { sqs: endpoint, sns: endpoint, dynamodb: endpoint, sts: endpoint };
    const settings = {
      kind: "endpoint",
      name: endpoint,
      region: region ?? DEFAULT_REGION,
      endpoints,
      profile,
    } as const;
    return { target: settings, isAgreed, isJson };
  }
  if (target !== "aws") throw usage("where the rules are to be checked is not said");
  return { target: { kind: "aws", name: "aws", region, profile }, isAgreed, isJson };
}

function parse(args: string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const options = { "endpoint-url": text, region: text, profile: text, target: text, yes: flag, json: flag };
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

function usage(message: string): EvpError {
  return new EvpError(message, { code: "usage", category: "usage", hint: USAGE });
}
