import type { JsonObject } from "../event.js";
import { DEFAULT_SERVICE, type RolePlan } from "./role-plan.js";
import type { StackExport } from "./stack-export.js";
import type { Block } from "./terraform-blocks.js";
import { onlyContainer } from "./terraform-function.js";
import { documentText, expression, type TemplateWriter } from "./terraform-text.js";

/** Who may take each role. */
export function roleVariables(roles: RolePlan[]): JsonObject {
  return Object.fromEntries(
    roles.map(({ parameter, trust, description }) => [
      parameter.terraform,
      trust === "service"
        ? { type: "string", default: DEFAULT_SERVICE, description: `Service that runs the ${description}` }
        : {
            type: "string",
            default: null,
            description: `ARN of who may take the role of the ${description}; null: whom this account lets`,
          },
    ]),
  );
}

/** A role with a name that Terraform finds, so that two stacks never want the same one. */
export function roleBlocks(role: RolePlan, stack: StackExport, text: TemplateWriter): Block[] {
  const count = onlyContainer(stack, role);
  const counted: JsonObject = count === undefined ? {} : { count };
  const address = `aws_iam_role.${role.terraform}${count === undefined ? "" : "[0]"}`;
  const { description, terraform: name, policy } = role;
  return [
    {
      type: "aws_iam_role",
      name,
      body: {
        ...counted,
        description,
        assume_role_policy: assumedBy(principalOf(role)),
        tags: { "evp:stack": stack.settings.stack },
      },
    },
    {
      type: "aws_iam_role_policy",
      name,
      body: { ...counted, name: "evp", role: expression(`${address}.id`), policy: documentText(policy, text) },
    },
  ];
}

/** The policy of who may take a role. @param principal - with references */
export function assumedBy(principal: JsonObject): string {
  const statement = { Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

function principalOf({ trust, parameter: { terraform: name } }: RolePlan): JsonObject {
  return trust === "service"
    ? { Service: expression(`var.${name}`) }
    : { AWS: expression(`coalesce(var.${name}, data.aws_caller_identity.current.account_id)`) };
}
