import { DatabaseError } from "pg";
import { describe, expect, it } from "vitest";
import { isHarmless, timeoutError, toCallError } from "../../../src/adapters/postgres/errors.js";

function databaseError(code: string): DatabaseError {
  return Object.assign(new DatabaseError(`says ${code}`, 0, "error"), { code });
}

describe("the errors of PostgreSQL", () => {
  it.each([
    ["08006", "unreachable"],
    ["25006", "unreachable"],
    ["57P01", "unreachable"],
    ["57P03", "unreachable"],
    ["53300", "throttled"],
    ["55P03", "throttled"],
    ["28P01", "credentials"],
    ["42501", "credentials"],
    ["3D000", "not-found"],
    ["3F000", "not-found"],
    ["42P01", "not-found"],
    ["22P05", "refused"],
    ["23503", "refused"],
    ["54000", "refused"],
    ["40001", "failed"],
    ["40P01", "failed"],
    ["42601", "failed"],
    ["0A000", "failed"],
    ["53100", "failed"],
    ["57014", "failed"],
    ["XX000", "failed"],
  ])("tells %s as %s", (code, kind) => {
    const error = toCallError(databaseError(code), "writing to evp.fact");
    expect(error).toMatchObject({ kind, message: `writing to evp.fact: says ${code}` });
    expect(error.fault).toEqual({ code, message: `says ${code}`, isSenderFault: kind === "refused" });
  });

  it("takes every error of the way to it for an outage, by the socket's code where there is one", () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    expect(toCallError(refused, "asking")).toMatchObject({ kind: "unreachable", fault: { code: "ECONNREFUSED" } });
    const several = Object.assign(new AggregateError([refused], ""), { code: "ECONNREFUSED" });
    expect(toCallError(several, "asking")).toMatchObject({ message: "asking: ECONNREFUSED" });
    expect(toCallError(new Error("Connection terminated unexpectedly"), "asking")).toMatchObject({
      kind: "unreachable",
      fault: { code: "NoConnection", isSenderFault: false },
    });
  });

  it("tells a call that was given up", () => {
    expect(timeoutError("asking", 250)).toMatchObject({
      kind: "unreachable",
      message: "asking: no answer within 250 ms",
      fault: { code: "CallTimeout", isSenderFault: false },
    });
  });

  it.each([
    ["23505", true],
    ["22001", true],
    ["40001", true],
    ["57P01", false],
    ["25006", false],
    ["0A000", false],
    ["57014", false],
  ])("keeps a connection after %s: %s", (code, isKept) => {
    expect(isHarmless(databaseError(code))).toBe(isKept);
  });

  it("keeps no connection after an error that is not the server's", () => {
    expect(isHarmless(new Error("Query read timeout"))).toBe(false);
  });
});
