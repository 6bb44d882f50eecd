import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { makeLean } from "../../../src/adapters/aws/lean-client.js";
import { CALLS, comparable, requestOf, serveHotCalls } from "./hot-calls.js";

serveHotCalls();

describe("a lean client", () => {
  it.each(CALLS)("sends what the SDK would: $name", async ({ open, command }) => {
    const usual = await requestOf(open(), command);
    const lean = await requestOf(makeLean(open()), command);
    expect(comparable(lean)).toEqual(comparable(usual));
    expect(lean.body).not.toBe("");
    expect(lean.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=id\/\d{8}\/eu-west-1\/\w+\/aws4_request/);
    const hash = createHash("sha256").update(lean.body).digest("hex");
    expect(lean.headers["x-amz-content-sha256"]).toBe(hash);
  });
});
