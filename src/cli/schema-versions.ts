import { readFile, realpath } from "node:fs/promises";
import { resolve } from "node:path";
import type { ReadSchema } from "../app/schema/check-schema.js";
import { findOlder, type GivenPlace, placeOfFile, type SchemaPlace } from "../app/schema/schema-place.js";
import { EvpError } from "../core/errors.js";
import { createExaminer, type Examine } from "../core/examine.js";
import type { SchemaSettings, Settings } from "../core/settings.js";
import type { CliContext } from "./context.js";
import { readSchemaFiles } from "./schema-files.js";

export type NewSchema = ReadSchema & SchemaPlace;

type Place = Pick<CliContext, "cwd">;

/**
 * Reads a schema that is no config's yet.
 * @param given what the reader says of it, where its name does not
 * @throws EvpError (usage) when it does not compile, or nothing tells its type; a system error when it cannot be read
 */
export async function readNewSchema(context: Place, file: string, given: GivenPlace): Promise<NewSchema> {
  const place = placeOfFile(file, given);
  if (place === undefined) {
    throw new EvpError(`nothing tells which events ${file} is for`, {
      code: "type-missing",
      category: "usage",
      hint: "Add --type, or name the file after its type and version, for instance order/1.1.json.",
    });
  }
  return { ...place, file, text: await readCompiled(context, file) };
}

/**
 * The schema that a new one is compared with: a file that was named, or the config's.
 * @throws EvpError (usage) when it is the very same file; (not-found) when the config has none for the type
 */
export async function readOldSchema(
  context: Place,
  newer: NewSchema,
  { against, settings }: { against: string | undefined; settings: SchemaSettings },
): Promise<ReadSchema> {
  if (against !== undefined) {
    const version = placeOfFile(against, {})?.version;
    return { file: against, version, text: await readCompiled(context, against) };
  }
  const { compileSchemas } = await import("../core/schema-compiler.js");
  const files = await readSchemaFiles(settings, context.cwd);
  compileSchemas(files, []);
  const older = findOlder(files, newer);
  const [one, other] = await Promise.all([older.file, newer.file].map((file) => realpath(resolve(context.cwd, file))));
  if (one !== other) return older;
  throw new EvpError(`${newer.file} is the schema in use itself`, {
    code: "schema-same-file",
    category: "usage",
    hint: "Write the new one to another file, or name the old one: --against old.json.",
  });
}

async function readCompiled({ cwd }: Place, file: string): Promise<string> {
  const { compileSchemas } = await import("../core/schema-compiler.js");
  const text = await readFile(resolve(cwd, file), "utf8");
  compileSchemas([{ file, text }], []);
  return text;
}

/** Judges bodies by one schema, whatever type they name and however large they are: they were accepted once. */
export async function createSchemaExaminer(
  { file, text }: ReadSchema,
  { envelope }: Pick<Settings, "envelope">,
): Promise<Examine> {
  const { compileSchemas } = await import("../core/schema-compiler.js");
  const schemas = compileSchemas([{ file, text }], []);
  return createExaminer({ mapping: envelope, schemas, maxEventBytes: Number.MAX_SAFE_INTEGER });
}
