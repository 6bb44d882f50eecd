import { describe, expect, it } from "vitest";
import { entryFault, toCallError } from "../../../src/adapters/aws/errors.js";
import { createService } from "../../../src/adapters/aws/service.js";
import { serviceError } from "./sdk-double.js";

const DOING = "receiving from evp-ingress.fifo";

function socketError(code: string, name = "Error"): Error {
  return Object.assign(new Error(`connect ${code} 127.0.0.1:4566`), { code, name });
}

describe("what an error of the SDK means", () => {
  it.each([
    ["QueueDoesNotExist", "not-found"],
    ["NotFoundException", "not-found"],
    ["ResourceNotFoundException", "not-found"],
    ["AccessDeniedException", "credentials"],
    ["AuthorizationErrorException", "credentials"],
    ["ExpiredTokenException", "credentials"],
    ["InvalidClientTokenId", "credentials"],
    ["UnrecognizedClientException", "credentials"],
    ["ProvisionedThroughputExceededException", "throttled"],
    ["RequestThrottled", "throttled"],
    ["ThrottledException", "throttled"],
    ["ValidationException", "refused"],
    ["ReceiptHandleIsInvalid", "refused"],
    ["KMSDisabledException", "failed"],
  ])("%s is %s", (name, kind) => {
    expect(toCallError(serviceError(name), DOING).kind).toBe(kind);
  });

  it("is about the request only when the service refused the request", () => {
    expect(toCallError(serviceError("ValidationException"), DOING).fault.isSenderFault).toBe(true);
    expect(toCallError(serviceError("ThrottlingException"), DOING).fault.isSenderFault).toBe(false);
    expect(toCallError(serviceError("AccessDenied"), DOING).fault.isSenderFault).toBe(false);
    expect(toCallError(serviceError("KMSDisabledException"), DOING).fault.isSenderFault).toBe(false);
  });

  it("is a failure when the service itself failed", () => {
    const error = toCallError(serviceError("InternalFailure", "server"), DOING);
    expect(error.kind).toBe("failed");
    expect(error.fault.isSenderFault).toBe(false);
  });

  it("is missing credentials when no provider has any, though a socket failed below", () => {
    const error = Object.assign(new Error("Could not load credentials"), {
      name: "CredentialsProviderError",
      cause: socketError("EHOSTUNREACH"),
    });
    expect(toCallError(error, DOING).kind).toBe("credentials");
  });

  it.each(["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "ETIMEDOUT", "EPIPE"])("%s is unreachable", (code) => {
    const error = toCallError(socketError(code, "TimeoutError"), DOING);
    expect(error.kind).toBe("unreachable");
    expect(error.fault.code).toBe(code);
  });

  it("finds the socket's code below an error of several addresses", () => {
    const error = new AggregateError([socketError("ECONNREFUSED"), socketError("ECONNREFUSED")]);
    expect(toCallError(error, DOING).fault.code).toBe("ECONNREFUSED");
    const wrapped = new Error("fetch failed", { cause: socketError("ENOTFOUND") });
    expect(toCallError(wrapped, DOING).kind).toBe("unreachable");
  });

  it("says what was being done, and keeps its cause", () => {
    const cause = serviceError("QueueDoesNotExist", "client", "The queue does not exist.");
    const error = toCallError(cause, DOING);
    expect(error.message).toBe("receiving from evp-ingress.fifo: The queue does not exist.");
    expect(error.cause).toBe(cause);
  });

  it("says its code where the service said nothing", () => {
    expect(toCallError(serviceError("UnknownError", "server", ""), DOING).message).toBe(`${DOING}: UnknownError`);
  });

  it("is no error of the SDK at all when something else was thrown", () => {
    expect(toCallError("nonsense", DOING)).toMatchObject({ kind: "failed", fault: { code: "UnknownError" } });
  });
});

describe("the fault of one entry", () => {
  it("is the sender's when the service says so", () => {
    expect(entryFault("InvalidParameterValue", "no", true)).toEqual({
      code: "InvalidParameterValue",
      message: "no",
      isSenderFault: true,
    });
  });

  it("is never the sender's when it was throttled", () => {
    expect(entryFault("RequestThrottled", "slow down", true).isSenderFault).toBe(false);
  });
});

describe("a call that takes too long", () => {
  it("is given up after its timeout and the time the service may wait", async () => {
    const service = createService({
      load: async () => ({}),
      createClient: () => ({ destroy() {} }),
      timeoutMs: 20,
    });
    const call = service.call(DOING, (_sdk, _client, { abortSignal }) => untilAborted(abortSignal), {
      waitMs: 10,
      signal: undefined,
    });
    await expect(call).rejects.toMatchObject({
      kind: "unreachable",
      fault: { code: "CallTimeout", isSenderFault: false },
      message: "receiving from evp-ingress.fifo: no answer within 30 ms",
    });
  });

  it("opens its client once, and closes it", async () => {
    const opened: string[] = [];
    const service = createService({
      load: async () => opened.push("loaded"),
      createClient: () => ({ destroy: () => void opened.push("destroyed") }),
      timeoutMs: 1000,
    });
    service.close();
    expect(opened).toEqual([]);
    await Promise.all([service.call(DOING, async () => 1), service.call(DOING, async () => 2)]);
    service.close();
    expect(opened).toEqual(["loaded", "destroyed"]);
  });
});

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error("aborted")));
  });
}
