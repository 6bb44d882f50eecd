import { EvpError } from "../../core/errors.js";

/** Why nobody can listen there. `flag`: what gives another port. @returns an EvpError of category usage */
export function listenError(error: unknown, url: string, flag: string): EvpError {
  const { code = "", message }: Partial<NodeJS.ErrnoException> = error instanceof Error ? error : {};
  const told = LISTEN_ERRORS[code] ?? {
    why: message ?? String(error),
    hint: () => "Give a port, or a host of this machine and a port.",
  };
  return new EvpError(`cannot listen on ${url}: ${told.why}`, {
    code: code === "EADDRINUSE" ? "port-taken" : "cannot-listen",
    category: "usage",
    hint: told.hint(flag),
    cause: error,
  });
}

const LISTEN_ERRORS: Record<string, { why: string; hint: (flag: string) => string }> = {
  EADDRINUSE: {
    why: "another program listens there",
    hint: (flag) => `Give another port with ${flag}, or 0 for any that is free.`,
  },
  EACCES: { why: "this user may not", hint: (flag) => `Give a port above 1023 with ${flag}.` },
  EADDRNOTAVAIL: {
    why: "this machine has no such address",
    hint: () => "Give an address of this machine, or 0.0.0.0 for all.",
  },
  ENOTFOUND: { why: "no such host is known", hint: () => "Give an address of this machine, or 0.0.0.0 for all." },
};

export function urlOf(host: string, port: number, scheme = "http"): string {
  return `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
