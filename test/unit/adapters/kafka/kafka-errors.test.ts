import { AuthenticationError, MultipleErrors, NetworkError, ProtocolError, UserError } from "@platformatic/kafka";
import { describe, expect, it } from "vitest";
import {
  failureText,
  isAnswered,
  isMembershipOver,
  isTopicMissing,
  lastingError,
} from "../../../../src/adapters/kafka/kafka-errors.js";

function protocolError(name: string): Error {
  return new MultipleErrors("Received response with error", [new ProtocolError(name)]);
}

function socketError(code: string): Error {
  const cause = Object.assign(new Error(`connect ${code}`), { code });
  return new MultipleErrors("Cannot connect to any broker.", [new NetworkError("Connection failed.", { cause })]);
}

describe("what cannot mend itself is told with what it is about", () => {
  it.each([
    ["a password that is refused", new NetworkError("failed", { cause: new AuthenticationError("no") }), "credentials"],
    ["a topic that may not be read", protocolError("TOPIC_AUTHORIZATION_FAILED"), "credentials"],
    ["a group that may not be joined", protocolError("GROUP_AUTHORIZATION_FAILED"), "credentials"],
    ["a certificate that nobody vouches for", socketError("DEPTH_ZERO_SELF_SIGNED_CERT"), "credentials"],
    ["a certificate of another host", socketError("ERR_TLS_CERT_ALTNAME_INVALID"), "credentials"],
    ["a group with another protocol", protocolError("INCONSISTENT_GROUP_PROTOCOL"), "usage"],
    ["a session timeout that is not allowed", protocolError("INVALID_SESSION_TIMEOUT"), "usage"],
  ])("%s", (_, error, category) => {
    expect(lastingError(error, "reading t")).toMatchObject({
      category,
      message: expect.stringMatching(/^reading t: /),
    });
  });
});

it.each([
  ["a broker that is not there", socketError("ECONNREFUSED")],
  ["a coordinator that moves", protocolError("COORDINATOR_NOT_AVAILABLE")],
  ["a rebalance", protocolError("REBALANCE_IN_PROGRESS")],
  ["anything else", new Error("?")],
])("%s passes", (_, error) => {
  expect(lastingError(error, "reading t")).toBeUndefined();
});

it("a membership that is over is no failure of the group", () => {
  const over = ["ILLEGAL_GENERATION", "UNKNOWN_MEMBER_ID", "REBALANCE_IN_PROGRESS", "FENCED_INSTANCE_ID"];
  expect(over.map((name) => isMembershipOver(protocolError(name)))).toEqual([true, true, true, true]);
  expect(isMembershipOver(protocolError("NOT_COORDINATOR"))).toBe(false);
  expect(isAnswered(protocolError("OFFSET_OUT_OF_RANGE"), ["OFFSET_OUT_OF_RANGE"])).toBe(true);
});

it("a topic is missing when the client says so of itself, not when a connection has a fault of its own", () => {
  expect(isTopicMissing(new UserError("Unknown topic t."))).toBe(true);
  expect(isTopicMissing(new NetworkError("failed", { cause: new UserError("TLS handshake failed.") }))).toBe(false);
});

it("the innermost reason is what is told", () => {
  expect(failureText(socketError("ECONNREFUSED"))).toBe("connect ECONNREFUSED");
  expect(failureText(protocolError("NOT_COORDINATOR"))).toContain("(NOT_COORDINATOR)");
  expect(failureText("odd")).toBe("odd");
});
