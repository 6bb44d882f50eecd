import { describe, expect, it } from "vitest";
import { accessTo } from "../../../src/adapters/aws/target-access.js";
import type { TargetSettings } from "../../../src/core/settings.js";

const URL = "http://127.0.0.1:4566";
const EVERYWHERE = { sqs: URL, sns: URL, dynamodb: URL, sts: URL };
const DUMMY = { accessKeyId: "local", secretAccessKey: "local" };

function endpointTarget(url: string, profile?: string): TargetSettings {
  return {
    kind: "endpoint",
    name: "emulator",
    region: "eu-west-1",
    endpoints: { sqs: url, sns: url, dynamodb: url },
    profile,
  };
}

describe("where the calls to a target go", () => {
  it("is the embedded stack's endpoint, whatever credentials the caller has", () => {
    const local: TargetSettings = { kind: "local", name: "local", stateDir: "/nowhere", port: 4566 };
    expect(accessTo(local, URL, { AWS_ACCESS_KEY_ID: "AKIAREAL", AWS_PROFILE: "prod" })).toEqual({
      endpoints: EVERYWHERE,
      region: "us-east-1",
      profile: undefined,
      credentials: DUMMY,
    });
  });

  it.each(["http://localhost:4566", "http://127.0.0.1:4566", "http://[::1]:4566", "http://sqs.localhost:4566"])(
    "needs no credentials for an emulator at %s",
    (url) => {
      expect(accessTo(endpointTarget(url), undefined, {}).credentials).toEqual(DUMMY);
    },
  );

  it("uses the credentials that the caller brings to an emulator", () => {
    expect(accessTo(endpointTarget(URL), undefined, { AWS_ACCESS_KEY_ID: "test" }).credentials).toBeUndefined();
    expect(accessTo(endpointTarget(URL, "work"), undefined, {})).toMatchObject({
      credentials: undefined,
      profile: "work",
    });
  });

  it("leaves credentials to the SDK's own chain anywhere else", () => {
    expect(accessTo(endpointTarget("https://sqs.example.com"), undefined, {}).credentials).toBeUndefined();
    expect(accessTo({ kind: "aws", name: "aws" }, undefined, {})).toEqual({
      endpoints: {},
      region: undefined,
      profile: undefined,
      credentials: undefined,
    });
  });

  it("leaves credentials to the SDK when only some services are on this machine", () => {
    const target: TargetSettings = { kind: "aws", name: "aws", endpoints: { dynamodb: URL } };
    expect(accessTo(target, undefined, {}).credentials).toBeUndefined();
  });
});
