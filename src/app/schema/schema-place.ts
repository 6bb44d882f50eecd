import { closestMatch } from "../../core/closest-match.js";
import { EvpError } from "../../core/errors.js";
import type { SchemaFile } from "../../core/schema-book.js";
import { compareVersions } from "./versions.js";

/** Which events a schema is for; without a version, for every version of the type. */
export interface SchemaPlace {
  type: string;
  version?: string | undefined;
}

/** What is said of a schema's place beside its file's name. */
export interface GivenPlace {
  type?: string | undefined;
  version?: string | undefined;
}

const IN_FOLDER = /(?:^|\/)([A-Za-z0-9_.-]{1,64})\/v?(\d{1,9}\.\d{1,9})\.json$/;
const IN_NAME = /(?:^|\/)([A-Za-z0-9_.-]{1,60}?)[-_.@]v?(\d{1,9}\.\d{1,9})\.json$/;
const TYPE_ALONE = /(?:^|\/)([A-Za-z0-9_.-]{1,59})\.json$/;

/** What a file's name says of the schema in it: `order/1.1.json`, `order-1.1.json` or `order.json`. What was given beside it comes first. */
export function placeOfFile(file: string, given: GivenPlace): SchemaPlace | undefined {
  const path = file.replaceAll("\\", "/");
  const [, type, version] = IN_FOLDER.exec(path) ?? IN_NAME.exec(path) ?? TYPE_ALONE.exec(path) ?? [];
  const named = given.type ?? type;
  return named === undefined ? undefined : { type: named, version: given.version ?? version };
}

/**
 * The schema that events of a type follow now and that a new one would come after: of the same version, else of the newest
 * version before it, else of the newest there is, else the one for all versions, or for all types.
 * @throws EvpError (not-found) that names the known types
 */
export function findOlder(files: readonly SchemaFile[], { type, version }: SchemaPlace): SchemaFile {
  const ofType = files.filter((file) => file.type === type);
  const versions = ofType.filter((file) => file.version !== undefined).sort(newestFirst);
  const older =
    ofType.find((file) => file.version !== undefined && file.version === version) ??
    versions.find((file) => version !== undefined && compareVersions(file.version ?? "", version) < 0) ??
    versions[0] ??
    ofType[0] ??
    files.find((file) => file.type === undefined);
  if (older !== undefined) return older;
  const types = [...new Set(files.flatMap((file) => file.type ?? []))].sort();
  const meant = closestMatch(type, types);
  throw new EvpError(`there is no schema for type ${type} to compare with`, {
    code: "schema-unknown",
    category: "not-found",
    hint: `${meant === undefined ? "" : `Did you mean --type ${meant}? `}Known types: ${types.join(", ") || "none"}; --type says which one it is for, --against names a file.`,
  });
}

function newestFirst(one: SchemaFile, other: SchemaFile): number {
  return compareVersions(other.version ?? "", one.version ?? "");
}
