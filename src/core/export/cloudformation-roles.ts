import type { JsonObject } from "../event.js";
import type { TextWriter } from "./cloudformation-text.js";
import { withTexts } from "./place.js";
import { DEFAULT_SERVICE, type RolePlan } from "./role-plan.js";

/** Who may take each role. */
export function roleParameters(roles: RolePlan[]): JsonObject {
  return Object.fromEntries(
    roles.map(({ parameter, trust, description }) => [
      parameter.cloudFormation,
      trust === "service"
        ? { Type: "String", Default: DEFAULT_SERVICE, Description: `Service that runs the ${description}` }
        : {
            Type: "String",
            Default: "",
            Description: `ARN of who may take the role of the ${description}; empty: whom this account lets`,
          },
    ]),
  );
}

export function principalConditions(roles: RolePlan[]): JsonObject {
  const given = roles.filter(({ trust }) => trust === "principal");
  return Object.fromEntries(
    given.map(({ parameter: { cloudFormation: name } }) => [
      hasPrincipal(name),
      { "Fn::Not": [{ "Fn::Equals": [{ Ref: name }, ""] }] },
    ]),
  );
}

function hasPrincipal(parameter: string): string {
  return `Has${parameter}`;
}

/** A role with a name that CloudFormation finds, so that two stacks never want the same one. */
export function roleResource(role: RolePlan, stack: string, text: TextWriter): JsonObject {
  return {
    Type: "AWS::IAM::Role",
    Properties: {
      Description: role.description,
      AssumeRolePolicyDocument: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: principalOf(role), Action: "sts:AssumeRole" }],
      },
      Policies: [{ PolicyName: "evp", PolicyDocument: withTexts(role.policy, text) }],
      Tags: [{ Key: "evp:stack", Value: stack }],
    },
  };
}

function principalOf({ trust, parameter: { cloudFormation: name } }: RolePlan): JsonObject {
  if (trust === "service") return { Service: { Ref: name } };
  return { AWS: { "Fn::If": [hasPrincipal(name), { Ref: name }, { Ref: "AWS::AccountId" }] } };
}
