import { negated } from "./schema-compatibility-conditions.js";
import type { Narrowing } from "./schema-compatibility-narrowing.js";
import { type ObjectPart, partsUnder, partUnder, pointerOf, type SchemaPart } from "./schema-compatibility-part.js";
import type { CompareKeywords, Walk } from "./schema-compatibility-walk.js";

/** Keywords that choose between schemas: `anyOf`, `oneOf`, `if`, `not`. */
export const branchNarrowings: CompareKeywords = ({ parts }, asked, field, walk) => [
  ...formNarrowings(parts, { asked, keyword: "anyOf", field }, walk),
  ...formNarrowings(parts, { asked, keyword: "oneOf", field }, walk),
  ...conditionalNarrowings(parts, asked, field, walk),
  ...negationNarrowings(parts, asked, field, walk),
];

interface Forms {
  asked: ObjectPart;
  keyword: "anyOf" | "oneOf";
  field: string;
}

/** Values fit when one branch takes them all. Where only one can take any of them, it has to. */
function formNarrowings(given: readonly ObjectPart[], { asked, keyword, field }: Forms, walk: Walk): Narrowing[] {
  const branches = partsUnder(asked, keyword);
  if (branches.length === 0) return [];
  const possible = branches.filter((branch) => !walk.areDisjoint(given, branch));
  const isTaken = (branch: SchemaPart) => walk.narrowings(given, branch, field).length === 0;
  const base = { field, pointer: pointerOf(asked, keyword), keyword };
  if (possible.some(isTaken)) {
    const isAlone = keyword === "anyOf" || possible.length === 1;
    return isAlone ? [] : [{ ...base, kind: "overlap", isSure: false }];
  }
  const [only, ...others] = possible;
  if (only === undefined) return [{ ...base, kind: "form", isSure: true }];
  if (others.length === 0) return walk.narrowings(given, only, field);
  return [{ ...base, kind: "form", isSure: false }];
}

/** `then` is asked of what fits `if`, and `else` of the rest. */
function conditionalNarrowings(
  given: readonly ObjectPart[],
  asked: ObjectPart,
  field: string,
  walk: Walk,
): Narrowing[] {
  const condition = partUnder(asked, "if");
  if (condition === undefined) return [];
  const consequence = partUnder(asked, "then");
  const alternative = partUnder(asked, "else");
  return [
    ...(consequence === undefined || walk.areDisjoint(given, condition)
      ? []
      : walk.narrowings([...given, condition], consequence, field)),
    ...(alternative === undefined || walk.narrowings(given, condition, field).length === 0
      ? []
      : walk.narrowings([...given, negated(condition)], alternative, field)),
  ];
}

function negationNarrowings(given: readonly ObjectPart[], asked: ObjectPart, field: string, walk: Walk): Narrowing[] {
  const refused = partUnder(asked, "not");
  if (refused === undefined || walk.areDisjoint(given, refused)) return [];
  return [{ kind: "opaque", field, pointer: refused.pointer, isSure: false, keyword: "not" }];
}
