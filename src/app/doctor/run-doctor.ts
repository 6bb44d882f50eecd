import { EvpError } from "../../core/errors.js";
import type { ServiceName } from "../../ports/diagnostics.js";
import { backlogCheckups } from "./backlog-checkups.js";
import { type Check, type Checkup, runCheckups } from "./check.js";
import type { DoctorWorld, SettingSource } from "./doctor-world.js";
import { environmentCheckups } from "./environment-checkups.js";
import { permissionCheckup } from "./permission-checkup.js";
import { quotaCheckup } from "./quota-checkup.js";
import { needsOf, reachCheckups, servicesOf } from "./reach-checkups.js";
import { resourceCheckup } from "./resource-checkup.js";
import { sizeCheckup } from "./size-checkup.js";
import { timeoutCheckup } from "./timeout-checkup.js";

/** The document of `evp doctor --json`. */
export interface DoctorReport {
  /** null where the config cannot be read. */
  target: string | null;
  stack: string | null;
  /** In the order in which they were made. */
  checks: Check[];
  settings: SettingSource[];
}

/** Looks at everything that an operator would look at when something is wrong, from near to far. Nothing is started or changed. */
export async function runDoctor(world: DoctorWorld, onLook: (title: string) => void): Promise<DoctorReport> {
  const checks = await runCheckups([...environmentCheckups(world), ...stackCheckups(world)], onLook);
  if ("problem" in world.config) return { target: null, stack: null, checks, settings: [] };
  const { settings, sources } = world.config;
  return { target: settings.target.name, stack: settings.stack, checks, settings: sources };
}

function stackCheckups({ config, connection, clock, version, localStack }: DoctorWorld): Checkup[] {
  if ("problem" in config) return [UNKNOWN_TARGET];
  const { settings } = config;
  const connect = () => {
    if (connection === undefined)
      throw new TypeError("a check of the stack needs the embedded stack, where it is the target");
    return connection;
  };
  const near = localStack === undefined ? [] : ["local-stack"];
  const { kind: store } = settings.store;
  const all = needsOf(near, ...servicesOf(settings));
  const built = (...services: ServiceName[]) => [...needsOf(near, ...services), "resources"];
  return [
    ...reachCheckups(connect, settings, near),
    resourceCheckup(connect, settings, all),
    permissionCheckup(connect, { settings, clock }, all),
    sizeCheckup(connect, settings, built("sqs", "sns", store)),
    timeoutCheckup(connect, settings, built("sqs")),
    quotaCheckup(connect, settings.target, needsOf(near, "sqs", "sns", store)),
    ...backlogCheckups(connect, { settings, clock, version }, built),
  ];
}

/** Without a config nobody knows what there would be to look at. */
const UNKNOWN_TARGET: Checkup = {
  id: "target",
  title: "Target",
  needs: ["config"],
  look: () => ({ status: "skipped", detail: "not looked at" }),
};

/** The failure that the command ends with; nothing where all is well. */
export function doctorProblem({ checks }: DoctorReport): EvpError | undefined {
  const count = (status: Check["status"]) => checks.filter((check) => check.status === status).length;
  const [failed, warned] = [count("fail"), count("warn")];
  if (failed + warned === 0) return undefined;
  const parts = [failed > 0 ? `${failed} failed` : [], warned > 0 ? `${warned} with a warning` : []].flat();
  return new EvpError(`${failed + warned} of ${checks.length} checks found something: ${parts.join(", ")}`, {
    code: "unhealthy",
    category: "findings",
  });
}
