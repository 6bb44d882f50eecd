import { EvpError } from "../../core/errors.js";

/** Settings that cannot be used, wherever they came from. */
export function configError(code: string, message: string, hint: string, cause?: unknown): EvpError {
  return new EvpError(message, { code, category: "usage", hint, cause });
}
