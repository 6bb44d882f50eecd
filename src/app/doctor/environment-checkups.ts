import type { Checkup, Diagnosis } from "./check.js";
import type { DoctorWorld } from "./doctor-world.js";
import { localStackDiagnosis } from "./local-stack.js";

/** The lowest version of Node that evp runs on. */
const LOWEST_NODE = [22, 22] as const;

/** What is looked at on this machine alone. */
export function environmentCheckups(world: DoctorWorld): Checkup[] {
  const { config, localStack } = world;
  const embedded: Checkup[] =
    localStack === undefined
      ? []
      : [
          {
            id: "local-stack",
            title: "Embedded stack",
            needs: ["config"],
            look: () => localStackDiagnosis(localStack),
          },
        ];
  return [
    { id: "node", title: "Node", needs: [], look: () => nodeDiagnosis(world.nodeVersion) },
    { id: "config", title: "Config", needs: [], look: () => configDiagnosis(config) },
    {
      id: "schemas",
      title: "Schemas",
      needs: ["config"],
      async look() {
        const count = await world.compileSchemas();
        return { status: "ok", detail: `${count} compile` };
      },
    },
    ...embedded,
  ];
}

/** @param version for instance `22.22.0` */
export function nodeDiagnosis(version: string): Diagnosis {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [lowestMajor, lowestMinor] = LOWEST_NODE;
  const isOld = major < lowestMajor || (major === lowestMajor && minor < lowestMinor);
  const needed = LOWEST_NODE.join(".");
  if (!isOld) return { status: "ok", detail: `${version} (${needed} or newer is needed)` };
  return { status: "fail", detail: `${version}, and ${needed} or newer is needed`, hint: "Install a newer Node." };
}

function configDiagnosis(config: DoctorWorld["config"]): Diagnosis {
  if ("problem" in config) {
    const { message, hint } = config.problem;
    return { status: "fail", detail: message, hint };
  }
  const { file, settings } = config;
  const where = file === undefined ? "no config file: defaults, flags and environment" : file;
  return { status: "ok", detail: `${where}; stack ${settings.stack} on ${settings.target.name}` };
}
