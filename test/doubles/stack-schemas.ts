import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createExaminer, type Examine } from "../../src/core/examine.js";
import { compileSchemas } from "../../src/core/schema-compiler.js";

const FOLDER = join(import.meta.dirname, "../../schemas/events");

/** Judges messages by the schemas that come with evp. */
export function createBuiltInExaminer(maxEventBytes = 256 * 1024): Examine {
  const files = readdirSync(FOLDER).flatMap((type) =>
    readdirSync(join(FOLDER, type)).map((name) => {
      const file = join(FOLDER, type, name);
      return { type, version: name.replace(/\.json$/, ""), file, text: readFileSync(file, "utf8") };
    }),
  );
  return createExaminer({ mapping: "evp", schemas: compileSchemas(files, []), maxEventBytes });
}

/** Judges messages as a sender does: by JSON, envelope and size. */
export function createEnvelopeExaminer(maxEventBytes = 256 * 1024): Examine {
  return createExaminer({ mapping: "evp", maxEventBytes });
}
