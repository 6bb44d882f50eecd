import type { Endpoints, TargetSettings } from "../../core/settings.js";

/** Where the calls to a target go, and as whom. What is missing, the SDK finds by its own chain. */
export interface TargetAccess {
  endpoints: Endpoints;
  region: string | undefined;
  profile: string | undefined;
  credentials: { accessKeyId: string; secretAccessKey: string } | undefined;
}

/** The embedded stack accepts any signature, but the SDK makes none without a key. */
const DUMMY_CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" };
const LOCAL_REGION = "us-east-1";
const LOOPBACK_HOSTS = new Set(["localhost", "127.0.0.1", "[::1]"]);
/** Each of them shows that the caller brings credentials of their own ("AWS SDKs and tools: standardized credential providers"). */
const CREDENTIAL_VARIABLES = [
  "AWS_ACCESS_KEY_ID",
  "AWS_PROFILE",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
];

/**
 * How to reach a target. An emulator on loopback gets dummy credentials unless the caller brings some, so that it works
 * on a machine that has none and never sees the ones in a home directory.
 *
 * @param localEndpoint - URL of the running embedded stack; needed for the target kind `local` alone
 */
export function accessTo(
  target: TargetSettings,
  localEndpoint: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): TargetAccess {
  if (target.kind === "local") {
    if (localEndpoint === undefined) throw new TypeError("the target local needs the endpoint of the running stack");
    const endpoints = { sqs: localEndpoint, sns: localEndpoint, dynamodb: localEndpoint, sts: localEndpoint };
    return { endpoints, region: LOCAL_REGION, profile: undefined, credentials: DUMMY_CREDENTIALS };
  }
  const endpoints = target.endpoints ?? {};
  const bringsCredentials =
    target.profile !== undefined || CREDENTIAL_VARIABLES.some((name) => (env[name] ?? "") !== "");
  const credentials = !bringsCredentials && isOnLoopback(endpoints) ? DUMMY_CREDENTIALS : undefined;
  return { endpoints, region: target.region, profile: target.profile, credentials };
}

/** Whether every service is at a URL of this machine. */
function isOnLoopback({ sqs, sns, dynamodb }: Endpoints): boolean {
  return [sqs, sns, dynamodb].every((url) => url !== undefined && URL.canParse(url) && isLoopbackUrl(new URL(url)));
}

function isLoopbackUrl({ hostname }: URL): boolean {
  return LOOPBACK_HOSTS.has(hostname) || hostname.endsWith(".localhost");
}
