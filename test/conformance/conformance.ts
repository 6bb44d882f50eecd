import { randomBytes } from "node:crypto";
import { type AwsServices, createServices } from "../../src/adapters/aws/services.js";
import { accessTo } from "../../src/adapters/aws/target-access.js";
import { systemClock } from "../../src/adapters/system-clock.js";
import { EvpError } from "../../src/core/errors.js";
import type { AwsService, HandedTarget } from "../contract/aws-target.js";
import type { ConformanceArguments } from "./arguments.js";
import { missingServices } from "./look-at-target.js";
import { removeResources } from "./remove-resources.js";
import { renderJson, renderTable } from "./render.js";
import { runRules } from "./run-rules.js";
import { countOf, type Verdict } from "./verdict.js";

const CALL_TIMEOUT_MS = 10_000;

/** Where it writes, and what stops it. */
interface Surroundings {
  print(text: string): void;
  /** For what is not the result. */
  tell(text: string): void;
  stop: AbortSignal;
}

/**
 * Checks the rules on a target, prints what became of each, and removes whatever was made.
 *
 * @returns the exit code: 5 where rules are broken, 6 where something could not be removed, 130 where it was stopped
 * @throws EvpError or CallError when the target cannot be used
 */
export async function checkConformance(args: ConformanceArguments, around: Surroundings): Promise<number> {
  const services = createServices(accessTo(args.target, undefined, process.env), CALL_TIMEOUT_MS);
  try {
    const shown = await showTarget(args, services, around);
    const missing = await missingServices(services);
    const handed: HandedTarget = { target: args.target, stack: `evpc-${randomBytes(4).toString("hex")}`, missing };
    around.tell(`Everything is made under the name ${handed.stack}… and removed afterwards.`);
    const { verdicts, left } = await checkAndRemove(handed, services, around);
    around.print(args.isJson ? renderJson(shown, verdicts) : renderTable(verdicts));
    if (left.length > 0) around.tell(`Could not be removed: ${left.join(", ")}`);
    if (around.stop.aborted) return 130;
    if (countOf(verdicts, "broken") > 0) return 5;
    return left.length > 0 ? 6 : 0;
  } finally {
    services.close();
  }
}

/** Says where the rules will be checked. @throws EvpError for a real account without `--yes` */
async function showTarget({ target, isAgreed }: ConformanceArguments, services: AwsServices, { tell }: Surroundings) {
  if (target.kind === "endpoint") {
    tell(`Checking ${target.name}, region ${target.region}.`);
    return { endpoint: target.name, region: target.region };
  }
  const { Account: account = "" } = await services.sts.call("asking whose account this is", (sdk, client, options) =>
    client.send(new sdk.GetCallerIdentityCommand({}), options),
  );
  const region = await services.sts.call("asking for the region", (_, client) => client.config.region());
  tell(`Checking AWS account ${account}, region ${region}.`);
  if (isAgreed) return { account, region };
  throw new EvpError("this makes queues, topics and tables in a real account, for a few cents, and removes them", {
    code: "not-agreed",
    category: "usage",
    hint: "Add --yes.",
  });
}

async function checkAndRemove(
  handed: HandedTarget,
  services: AwsServices,
  { tell, stop }: Surroundings,
): Promise<{ verdicts: Verdict[]; left: string[] }> {
  const verdicts: Verdict[] = [];
  let subject = "";
  const onVerdict = (verdict: Verdict) => {
    if (verdict.subject !== subject) tell(`  ${verdict.subject}`);
    subject = verdict.subject;
    verdicts.push(verdict);
  };
  let left: string[] = [];
  try {
    await runRules(handed, stop, onVerdict);
  } finally {
    tell("Removing what was made…");
    const missing = Object.keys(handed.missing) as AwsService[];
    left = await removeResources(services, handed.stack, { clock: systemClock, missing });
  }
  return { verdicts, left };
}
