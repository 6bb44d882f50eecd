import { InvalidArgumentError } from "commander";
import type { HttpAddress } from "../ports/http-service.js";

/** Nobody else's machine reaches it unless that is asked for. */
const LOOPBACK = "127.0.0.1";

/** `9464`, `0.0.0.0:9464` or `[::1]:9464`; port 0 for any that is free. @throws InvalidArgumentError as the readers of values do */
export function readHttpAddress(text: string): HttpAddress {
  const [, host = LOOPBACK, digits = ""] = /^(?:(\[[\da-f:.%\w]+\]|[^\s:[\]/]+):)?(\d{1,5})$/i.exec(text) ?? [];
  const port = Number(digits);
  if (digits === "" || port > 65_535)
    throw new InvalidArgumentError("Expected a port, or a host and a port, for instance 9464 or 0.0.0.0:9464.");
  return { host: host.replace(/^\[|\]$/g, ""), port };
}
