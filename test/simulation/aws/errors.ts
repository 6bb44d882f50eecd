/** An error as the SDK makes it of a service's answer; `fault` tells an answer of 4xx from one of 5xx. */
export function serviceError(code: string, fault: "client" | "server", message = code): Error {
  return Object.assign(new Error(message), { name: code, $fault: fault });
}

/** An error of the socket below, which the SDK passes on. */
export function socketError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** The client gave the call up. */
export class GivenUp extends Error {
  override readonly name = "AbortError";
}
