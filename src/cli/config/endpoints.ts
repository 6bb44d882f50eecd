import type { Endpoints } from "../../core/settings.js";
import { configError } from "./config-error.js";
import { firstGiven, fromFlag, fromVariable, type Origin } from "./origins.js";
import type { TargetInput } from "./resolve-target.js";

/** URLs that were given by a flag or the environment, and by which. */
export interface GivenEndpoints {
  urls: Endpoints;
  origin: Origin;
}

/** The SDK's own variables for one service ("Service-specific endpoints", AWS SDKs and Tools Reference Guide). */
const SERVICE_VARIABLES = {
  sqs: "AWS_ENDPOINT_URL_SQS",
  sns: "AWS_ENDPOINT_URL_SNS",
  dynamodb: "AWS_ENDPOINT_URL_DYNAMODB",
  sts: "AWS_ENDPOINT_URL_STS",
} as const;

/** @throws EvpError (usage) for what is no URL */
export function findEndpoints({ flags, env }: TargetInput): GivenEndpoints | undefined {
  const general = firstGiven([fromFlag("endpoint-url", flags.endpointUrl), fromVariable(env, "EVP_ENDPOINT_URL")]);
  if (general !== undefined) {
    const url = assertUrl(general.value, general.origin.name);
    return { urls: { sqs: url, sns: url, dynamodb: url, sts: url }, origin: general.origin };
  }
  const urls: Endpoints = {};
  let origin: Origin | undefined;
  for (const service of ["sqs", "sns", "dynamodb", "sts"] as const) {
    const given = firstGiven([fromVariable(env, SERVICE_VARIABLES[service]), fromVariable(env, "AWS_ENDPOINT_URL")]);
    if (given === undefined) continue;
    urls[service] = assertUrl(given.value, given.origin.name);
    origin ??= given.origin;
  }
  return origin === undefined ? undefined : { urls, origin };
}

/** Domains of the services' own endpoints ("AWS service endpoints" and "Dual-stack endpoints", AWS General Reference; "Service endpoints", China). */
const AWS_DOMAINS = [".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".api.amazonwebservices.com.cn"];

/** Whether a URL is one of AWS's own, behind which is a real account. */
export function isOfAws(url: string): boolean {
  const host = new URL(url).hostname.replace(/\.$/, "");
  return AWS_DOMAINS.some((domain) => host.endsWith(domain));
}

function assertUrl(text: string, name: string): string {
  const isUrl = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
  if (isUrl) return text;
  throw configError("endpoint-invalid", `${name} is no URL: ${text}`, "Give it as http://host:port or https://host.");
}
