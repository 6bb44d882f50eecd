import type { SchemaFile } from "../../core/schema-book.js";
import { compareVersions } from "./versions.js";

/** One entry of `evp schema list --json`. */
export interface SchemaView {
  /** null: for every type that has no schema of its own. */
  type: string | null;
  /** null: for every version that has no schema of its own. */
  version: string | null;
  /** Relative to the current folder where it lies below it. */
  file: string;
  draft: "2020-12" | "draft-07";
  title: string | null;
  /** It comes with evp. */
  builtIn: boolean;
}

/** What the schemas serve, by type and version; those for any version after the others, and the default last. The files must have compiled. */
export function listSchemas(files: readonly SchemaFile[], isBuiltIn: (file: string) => boolean): SchemaView[] {
  const views = files.map(({ type = null, version = null, file, text }): SchemaView => {
    const { $schema: draft, title } = JSON.parse(text);
    return {
      type,
      version,
      file,
      draft: String(draft).includes("draft-07") ? "draft-07" : "2020-12",
      title: typeof title === "string" ? title : null,
      builtIn: isBuiltIn(file),
    };
  });
  return views.sort(inOrder);
}

function inOrder(one: SchemaView, other: SchemaView): number {
  if (one.type !== other.type) return comesBefore(one.type, other.type) ? -1 : 1;
  if (one.version === null || other.version === null) return one.version === null ? 1 : -1;
  return compareVersions(one.version, other.version);
}

/** What serves everything else comes last. */
function comesBefore(one: string | null, other: string | null): boolean {
  return other === null || (one !== null && one < other);
}
