import type { ChildProcess } from "node:child_process";
import type { Assignment } from "../peers/assignment.js";
import { bundled } from "./bundled.js";
import { environment, startEvp } from "./evp.js";
import { startNode } from "./start-node.js";

/** Those that are compared, each a process of its own. */
export type Contender = "evp" | "sqs-consumer" | "ceiling";
export const CONTENDERS: Contender[] = ["evp", "sqs-consumer", "ceiling"];

/** Starts one at work on a stack's ingress queue. @param home its working directory, where evp looks for its config */
export function startContender(contender: Contender, assignment: Assignment, home: string): ChildProcess {
  if (contender === "evp") {
    return startEvp(home, ["process", "--drain", "--json", "--quiet", "--endpoint-url", assignment.endpoint]);
  }
  return startNode([bundled(contender), JSON.stringify(assignment)], { cwd: home, env: environment(home) });
}
