import type { Known } from "./schema-compatibility-known.js";
import type { Narrowing } from "./schema-compatibility-narrowing.js";
import type { ObjectPart, SchemaPart } from "./schema-compatibility-part.js";

/** How one part of a comparison asks for another: schemas hold schemas. */
export interface Walk {
  /** Where values that fit all of `given` may not fit `asked`; nothing when all of them do. */
  narrowings(given: readonly SchemaPart[], asked: SchemaPart, field: string): Narrowing[];
  /** Whether it can be shown that no value fits all of `given` and `other` as well. */
  areDisjoint(given: readonly SchemaPart[], other: SchemaPart): boolean;
}

/** Compares the keywords of one kind: what is known of a value with what one part of a schema asks of it. */
export type CompareKeywords = (known: Known, asked: ObjectPart, field: string, walk: Walk) => Narrowing[];
