import type { Settings } from "../core/settings.js";
import { planStack } from "../core/stack-plan.js";
import type { Clock } from "../ports/clock.js";
import type { StackConnection } from "../ports/stack-connection.js";
import { controlCall, persistentClients, persistentProvisioner } from "./control-calls.js";
import { applyPlan, type ResourceReport } from "./init-apply.js";
import { clientsOfStack } from "./init-clients.js";

/** The document of `evp init --json`. */
export interface InitReport {
  target: string;
  stack: string;
  account: string;
  region: string;
  dryRun: boolean;
  resources: ResourceReport[];
}

/**
 * Makes the stack as the settings say: creates what is missing, mends what has drifted, and changes nothing when run
 * again. The config's clients are registered when they are not yet; from then on the registry is the operator's.
 * Throws an EvpError of category `findings` before anything is changed when something differs that cannot be changed.
 */
export async function initStack(
  { connection, clock }: { connection: Pick<StackConnection, "provisioner" | "clients" | "identity">; clock: Clock },
  settings: Settings,
  { dryRun }: { dryRun: boolean },
): Promise<InitReport> {
  const account = await controlCall(clock, () => connection.identity());
  const clients = await clientsOfStack(persistentClients(connection.clients, clock), settings);
  const plan = planStack(settings, account, clients);
  const resources = await applyPlan(persistentProvisioner(connection.provisioner, clock), plan, { dryRun });
  return { target: settings.target.name, stack: settings.stack, ...account, dryRun, resources };
}
