import type { Settings, TargetSettings } from "../../core/settings.js";
import type { CallError } from "../../ports/call.js";
import { type Probe, SERVICES, type ServiceName } from "../../ports/diagnostics.js";
import { explainCallError } from "../call-errors.js";
import type { Checkup, Diagnosis } from "./check.js";
import type { Connect, DoctorConnection } from "./doctor-world.js";

const TITLES: Record<ServiceName, string> = {
  sqs: "SQS",
  sns: "SNS",
  dynamodb: "DynamoDB",
  postgres: "PostgreSQL",
  sts: "STS",
};

/** What a stack with that store needs, from near to far. */
export function servicesOf({ store }: Pick<Settings, "store">): readonly ServiceName[] {
  return SERVICES.map((service) => (service === "dynamodb" ? store.kind : service));
}

/** Ids of the checks that must be well before these services are asked for something. */
export function needsOf(near: readonly string[], ...services: ServiceName[]): string[] {
  return [...near, ...services.map((service) => `reach-${service}`), "credentials"];
}

const WARNED_SKEW_MS = 30_000;
/** A signature that is older or younger is refused ("Troubleshooting Signature Version 4", AWS IAM). */
const REFUSED_SKEW_MS = 5 * 60_000;
/** A `Date` tells whole seconds. */
const HALF_SECOND_MS = 500;

/** Whether each service answers, whether its clock agrees with ours, and who it takes us for. */
export function reachCheckups(
  connect: Connect,
  settings: Pick<Settings, "target" | "store">,
  needs: string[],
): Checkup[] {
  const services = servicesOf(settings);
  let asked: Promise<Map<ServiceName, Probe>> | undefined;
  const probes = () => {
    asked ??= askAll(connect(), services);
    return asked;
  };
  return [
    ...services.map((service) => ({
      id: `reach-${service}`,
      title: TITLES[service],
      needs,
      look: async () => reachDiagnosis((await probes()).get(service), TITLES[service], settings.target),
    })),
    { id: "clock", title: "Clock", needs, look: async () => clockDiagnosis([...(await probes()).values()]) },
    {
      id: "credentials",
      title: "Credentials",
      needs: [...needs, "reach-sts"],
      async look() {
        const { account, arn, region } = await connect().diagnostics.caller();
        return { status: "ok", detail: `account ${account}, region ${region}, as ${arn}` };
      },
    },
  ];
}

/** All at once: a service that does not answer keeps one waiting. */
async function askAll(
  { diagnostics }: DoctorConnection,
  services: readonly ServiceName[],
): Promise<Map<ServiceName, Probe>> {
  const probes = await Promise.all(services.map((service) => diagnostics.probe(service)));
  return new Map(probes.map((probe) => [probe.service, probe]));
}

/** Kinds of errors that a service answers with that is there and well: it knows no such queue, or not this caller. */
const WELL: ReadonlySet<string> = new Set(["not-found", "credentials"]);

/** Whether a service answers; what it thinks of the caller is another question. */
export function reachDiagnosis(probe: Probe | undefined, title: string, target: TargetSettings): Diagnosis {
  const { host, error, serverTime } = probe ?? {};
  const where = host === undefined ? "" : ` at ${host}`;
  if (error === undefined || (WELL.has(error.kind) && host !== undefined && serverTime !== undefined)) {
    return { status: "ok", detail: `answers${where}` };
  }
  if (probe?.service === "postgres") return storeDiagnosis(error, where);
  if (host === undefined) return { status: "fail", detail: error.message, hint: hintOf(error.kind) };
  if (error.kind === "unreachable") {
    return { status: "fail", detail: `does not answer${where}: ${error.fault.message}`, hint: hintFor(target) };
  }
  return {
    status: "warn",
    detail: `answers${where}, but not as ${title} does: ${error.fault.code}`,
    hint: `Check that ${title} is what listens there, and try again.`,
  };
}

/** A database that refuses, or is not there, can keep nothing. */
function storeDiagnosis(error: CallError, where: string): Diagnosis {
  const { message, hint } = explainCallError(error);
  const detail = error.kind === "unreachable" ? `does not answer${where}: ${error.fault.message}` : message;
  return { status: "fail", detail, hint };
}

function hintOf(kind: string): string {
  return kind === "credentials"
    ? "Sign in (aws sso login, for instance), set AWS_ACCESS_KEY_ID, or name a profile with --profile."
    : "Check the region, the profile and the endpoint.";
}

function hintFor(target: TargetSettings): string {
  if (target.kind === "local") return "Run evp local stop, and then evp local start.";
  return target.kind === "endpoint"
    ? "Check the endpoint, and that it is running."
    : "Check the network, the proxy, the region, and the VPC endpoints where there are any.";
}

/** How far the clock of this machine is from the services'. */
export function clockDiagnosis(probes: Pick<Probe, "serverTime" | "answeredAt">[]): Diagnosis {
  const skews = probes.flatMap(({ serverTime, answeredAt }) =>
    serverTime === undefined ? [] : [answeredAt - (serverTime + HALF_SECOND_MS)],
  );
  // An answer that was long under way makes the clock look fast: the smallest is the truest.
  const [skew] = skews.sort((one, other) => Math.abs(one) - Math.abs(other));
  if (skew === undefined) return { status: "skipped", detail: "no service told its time" };
  const size = Math.abs(skew);
  if (size <= WARNED_SKEW_MS)
    return { status: "ok", detail: `within ${Math.max(1, Math.ceil(size / 1000))} s of the services'` };
  const detail = `${Math.round(size / 1000)} s ${skew > 0 ? "ahead of" : "behind"} the services'`;
  const hint = "Let this machine keep its time by NTP (chrony, timesyncd).";
  if (size <= REFUSED_SKEW_MS) return { status: "warn", detail, hint };
  return { status: "fail", detail: `${detail}: AWS refuses signatures that are 5 minutes off`, hint };
}
