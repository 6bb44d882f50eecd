import { createExaminer, type Examine } from "../core/examine.js";
import type { Settings } from "../core/settings.js";

/**
 * Reads events that were judged long ago, whatever the schemas say of them today, and tells the attributes that the stack's triage
 * rules add to them.
 * @throws EvpError (usage) when a rule does not compile
 */
export async function createTriageExaminer({
  envelope,
  triage,
}: Pick<Settings, "envelope" | "triage">): Promise<Examine> {
  const { compileSchemas } = await import("../core/schema-compiler.js");
  const schemas = { ...compileSchemas([], triage), violations: () => [] };
  return createExaminer({ mapping: envelope, schemas, maxEventBytes: Number.POSITIVE_INFINITY });
}
