import type { Endpoints, TargetSettings } from "../../core/settings.js";
import type { CliContext } from "../context.js";
import type { GlobalFlags } from "../global-flags.js";
import { configError } from "./config-error.js";
import type { ConfigFile, TargetEntry } from "./config-file.js";
import { DEFAULTS } from "./defaults.js";
import { findEndpoints, type GivenEndpoints, isOfAws } from "./endpoints.js";
import {
  type Candidate,
  compareOrigins,
  firstGiven,
  fromDefault,
  fromFile,
  fromFlag,
  fromVariable,
  type Origin,
  type Origins,
} from "./origins.js";

/** What the choice of a target depends on. */
export interface TargetInput {
  flags: GlobalFlags;
  env: CliContext["env"];
  config: ConfigFile;
  /** Absolute path of the embedded stack's state. */
  stateDir: string;
}

/**
 * Where the stack lives. Nothing but an explicit choice leads to a real account: without one it is the embedded stack.
 * @throws EvpError (usage) when what was given contradicts itself
 */
export async function resolveTarget(input: TargetInput, origins: Origins): Promise<TargetSettings> {
  const { flags, env, config } = input;
  const chosen =
    firstGiven([
      fromFlag("target", flags.target),
      fromVariable(env, "EVP_TARGET"),
      fromFile("/target", config.target),
    ]) ?? fromDefault(DEFAULTS.target);
  const endpoints = findEndpoints(input);
  origins.set("target", chosen.origin);
  if (chosen.value !== DEFAULTS.target) return remoteTarget(chosen.value, endpoints, input, origins);
  if (endpoints !== undefined && isBeaten(chosen.origin, endpoints.origin)) {
    refuseRealAccount(endpoints);
    origins.set("target", endpoints.origin);
    return endpointTarget("endpoint", endpoints, {}, input, origins);
  }
  refuseIdleFlags(flags);
  const port = firstGiven([fromFile("/targets/local/port", config.targets?.local?.port)]) ?? fromDefault(DEFAULTS.port);
  origins.set("targets.local.port", port.origin);
  return { kind: "local", name: chosen.value, stateDir: input.stateDir, port: port.value };
}

/** @throws EvpError (usage) when both the embedded stack and an endpoint were asked for in the same way */
function isBeaten(local: Origin, endpoint: Origin): boolean {
  if (local.source !== "default" && compareOrigins(endpoint, local) === 0) {
    throw configError(
      "target-unclear",
      `${local.name} says local and ${endpoint.name} names an endpoint`,
      "Give one of the two.",
    );
  }
  return compareOrigins(endpoint, local) < 0;
}

/**
 * The variables of the SDK may be set for another program.
 * @throws EvpError (usage) when they alone would lead to a real account
 */
function refuseRealAccount({ urls, origin }: GivenEndpoints): void {
  const url = Object.values(urls).find(isOfAws);
  if (origin.source !== "aws-environment" || url === undefined) return;
  throw configError(
    "target-unclear",
    `${origin.name} is set, ${url} leads to a real account, and nothing says that this is meant`,
    "Say --target aws or --target local.",
  );
}

function refuseIdleFlags(flags: GlobalFlags): void {
  const idle = flags.profile !== undefined ? "--profile" : flags.region !== undefined ? "--region" : undefined;
  if (idle === undefined) return;
  throw configError(
    "flag-without-effect",
    `${idle} means nothing to the embedded stack`,
    `Add --target aws, or leave ${idle} out.`,
  );
}

async function remoteTarget(
  name: string,
  endpoints: GivenEndpoints | undefined,
  input: TargetInput,
  origins: Origins,
): Promise<TargetSettings> {
  const entry = await targetEntry(name, input.config);
  const own = ownEndpoints(name, entry);
  if (name !== "aws" && own !== undefined) return endpointTarget(name, endpoints ?? own, entry, input, origins);
  const region = note(origins, "region", firstGiven(regionCandidates(input, name, entry)));
  const profile = note(origins, "profile", firstGiven(profileCandidates(input, name, entry)));
  if (endpoints !== undefined) origins.set("endpoints", endpoints.origin);
  return { kind: "aws", name, region, profile, endpoints: endpoints?.urls };
}

function endpointTarget(
  name: string,
  endpoints: GivenEndpoints,
  entry: TargetEntry,
  input: TargetInput,
  origins: Origins,
): TargetSettings {
  const missing = (["sqs", "sns", "dynamodb"] as const).filter((service) => endpoints.urls[service] === undefined);
  if (missing.length > 0) {
    const message = `${endpoints.origin.name} is set, and nothing says where ${missing.join(" and ")} is`;
    throw configError(
      "endpoint-incomplete",
      message,
      "Set AWS_ENDPOINT_URL for all services, or choose with --target local or --target aws.",
    );
  }
  origins.set("endpoints", endpoints.origin);
  const region = note(origins, "region", firstGiven(regionCandidates(input, name, entry))) ?? DEFAULTS.endpointRegion;
  const profile = note(origins, "profile", firstGiven(profileCandidates(input, name, entry)));
  // Asked at AWS's own, it would tell of another account than the one that is used.
  const sts = endpoints.urls.sts ?? endpoints.urls.sqs;
  return { kind: "endpoint", name, region, profile, endpoints: { ...endpoints.urls, sts } };
}

async function targetEntry(name: string, config: ConfigFile): Promise<TargetEntry> {
  const entry = config.targets?.[name];
  if (entry !== undefined || name === "aws") return entry ?? {};
  const { closestMatch } = await import("../../core/closest-match.js");
  const known = ["local", "aws", ...Object.keys(config.targets ?? {})];
  const meant = closestMatch(name, known);
  const hint = meant === undefined ? `Known targets: ${[...new Set(known)].join(", ")}.` : `Did you mean ${meant}?`;
  throw configError("target-unknown", `unknown target ${name}`, hint);
}

function ownEndpoints(name: string, entry: TargetEntry): GivenEndpoints | undefined {
  if (entry.endpointUrl === undefined && entry.endpoints === undefined) return undefined;
  const url = entry.endpointUrl;
  const urls: Endpoints = { sqs: url, sns: url, dynamodb: url, sts: url, ...entry.endpoints };
  return { urls, origin: { source: "file", name: `/targets/${name}` } };
}

function regionCandidates({ flags, env }: TargetInput, name: string, entry: TargetEntry): Candidate<string>[] {
  return [
    fromFlag("region", flags.region),
    ...["EVP_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"].map((variable) => fromVariable(env, variable)),
    fromFile(`/targets/${name}/region`, entry.region),
  ];
}

function profileCandidates({ flags, env }: TargetInput, name: string, entry: TargetEntry): Candidate<string>[] {
  return [
    fromFlag("profile", flags.profile),
    ...["EVP_PROFILE", "AWS_PROFILE"].map((variable) => fromVariable(env, variable)),
    fromFile(`/targets/${name}/profile`, entry.profile),
  ];
}

function note(
  origins: Origins,
  setting: string,
  given: { value: string; origin: Origin } | undefined,
): string | undefined {
  if (given !== undefined) origins.set(setting, given.origin);
  return given?.value;
}
