import { ROLE_NAMES, type RoleName } from "../../core/export/role-names.js";
import type { CommandSpec } from "../command-spec.js";
import { ACCOUNT_OPTION, type ExportFlags } from "../export-options.js";

interface IamFlags extends ExportFlags {
  role?: RoleName;
  client?: string;
}

export const exportIamCommand: CommandSpec<IamFlags> = {
  name: "iam",
  summary: "the least that each role has to be allowed",
  description:
    "Writes a policy of IAM for everybody who calls AWS for a stack: exactly the calls that the commands make, on the stack's resources alone. processor: evp process. function: what evp export function packs. gateway: evp gateway. source: evp ingest. producer: evp send. client: who consumes one client's queue. operator: status, why, groups, dlq, tail, replay, verify, doctor and the changes of clients. administrator: init, client add and remove, producer, destroy. Where no --account or --region is given, any will do.",
  options: [
    { flags: "--role <name>", description: "only this one's policy document", choices: ROLE_NAMES },
    { flags: "--client <id>", description: "whose, for --role client" },
    { flags: "--out <file>", description: "write it there instead of printing it" },
    ACCOUNT_OPTION,
  ],
  examples: [
    { run: "evp export iam", does: "every role's policy" },
    {
      run: "evp export iam --role processor --region eu-west-1 --account 123456789012",
      does: "one policy, for one place",
    },
    { run: "evp export iam --role client --client client-1", does: "what the consumer of client-1 needs" },
  ],
  async run(invocation) {
    const { exportInput } = await import("../export-input.js");
    const { toIamPolicies, toIamPolicy } = await import("../../core/export/iam.js");
    const { EvpError } = await import("../../core/errors.js");
    const { writeExport } = await import("../export-output.js");
    const { flags } = invocation;
    const { role, client } = flags;
    if ((role === "client") !== (client !== undefined)) {
      throw new EvpError("--role client and --client <id> belong together", {
        code: "role-unclear",
        category: "usage",
        hint: "Give both, or neither.",
      });
    }
    const { settings, place } = await exportInput(invocation);
    const exported =
      role === undefined ? toIamPolicies(settings, place) : toIamPolicy(settings, place, { role, clientId: client });
    const count = role === undefined ? ROLE_NAMES.length - 1 + settings.clients.length : 1;
    await writeExport(invocation, exported, { file: flags.out, count, what: count === 1 ? "policy" : "policies" });
  },
};
