import { createExaminer, createJudge, type Examine, type ExaminerOptions, type Judge } from "../core/examine.js";
import type { Settings } from "../core/settings.js";
import { readSchemaFiles } from "./schema-files.js";

/**
 * Judges messages as the processor does, by the stack's mapping and schemas.
 * @throws EvpError (usage) when a schema does not compile
 */
export async function createStackExaminer(settings: Settings, cwd: string): Promise<Examine> {
  return createExaminer(await optionsOf(settings, cwd));
}

/** The same for whoever compares no contents. @throws EvpError (usage) when a schema does not compile */
export async function createStackJudge(settings: Settings, cwd: string): Promise<Judge> {
  return createJudge(await optionsOf(settings, cwd));
}

async function optionsOf(settings: Settings, cwd: string): Promise<ExaminerOptions> {
  const { compileSchemas } = await import("../core/schema-compiler.js");
  const schemas = compileSchemas(await readSchemaFiles(settings.schemas, cwd), settings.triage);
  return { mapping: settings.envelope, schemas, maxEventBytes: settings.maxEventBytes };
}
