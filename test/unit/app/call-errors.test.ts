import { describe, expect, it } from "vitest";
import { explainCallError } from "../../../src/app/call-errors.js";
import { CallError, type CallErrorKind } from "../../../src/ports/call.js";

function callError(kind: CallErrorKind, code = "Code"): CallError {
  return new CallError("doing: it failed", { code, message: "it failed", isSenderFault: false }, kind);
}

describe("a failed call as the failure of a command", () => {
  it.each([
    ["not-found", "not-initialised", 4, false],
    ["credentials", "credentials-refused", 3, false],
    ["unreachable", "target-unreachable", 7, true],
    ["throttled", "throttled", 1, true],
    ["failed", "call-failed", 1, true],
    ["refused", "call-refused", 1, false],
  ] as const)("%s", (kind, code, exitCode, retryable) => {
    const cause = callError(kind);
    const error = explainCallError(cause);
    expect(error).toMatchObject({ code, exitCode, retryable, cause });
    expect(error.message).toContain("doing: it failed");
  });

  it("says what to run before there is a stack", () => {
    expect(explainCallError(callError("not-found")).hint).toBe("Run evp init.");
  });

  it("tells missing permission from missing credentials", () => {
    expect(explainCallError(callError("credentials", "AccessDeniedException"))).toMatchObject({
      code: "permission-denied",
      exitCode: 3,
    });
  });
});
