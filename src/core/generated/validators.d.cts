import type { ErrorObject } from "ajv";

/** A validator that the build generates from a schema in `schemas/`. Calling it sets `errors`. */
interface GeneratedValidator {
  (data: unknown): boolean;
  errors?: ErrorObject[] | null;
}

/** From `schemas/envelope.json`. */
export const validateEnvelope: GeneratedValidator;
/** From `schemas/config.json`. */
export const validateConfig: GeneratedValidator;
