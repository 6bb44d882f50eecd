import { createExaminer, type Examine } from "../core/examine.js";
import type { Settings } from "../core/settings.js";
import { readSchemaFiles } from "./schema-files.js";

/**
 * Judges messages as the processor does, by the stack's mapping and schemas.
 * @throws EvpError (usage) when a schema does not compile
 */
export async function createStackExaminer(settings: Settings, cwd: string): Promise<Examine> {
  const { compileSchemas } = await import("../core/schema-compiler.js");
  const schemas = compileSchemas(await readSchemaFiles(settings.schemas, cwd), settings.triage);
  return createExaminer({ mapping: settings.envelope, schemas, maxEventBytes: settings.maxEventBytes });
}
