import {
  type Atom,
  atomOf,
  atomsOf,
  atomsText,
  identityOf,
  type Known,
  valuesOf,
} from "./schema-compatibility-known.js";
import type { Narrowing } from "./schema-compatibility-narrowing.js";
import { type ObjectPart, pointerOf } from "./schema-compatibility-part.js";
import { failsScalarRule, SCALAR_RULES } from "./schema-compatibility-scalar-rules.js";

/** `type`. */
export function typeNarrowings({ atoms }: Known, asked: ObjectPart, field: string): Narrowing[] {
  const allowed = atomsOf(asked);
  if ([...atoms].every((atom) => allowed.has(atom))) return [];
  const pointer = pointerOf(asked, "type");
  return [{ kind: "type", field, pointer, isSure: true, wider: atomsText(atoms), narrower: atomsText(allowed) }];
}

/** `enum` and `const`. */
export function valueNarrowings(known: Known, asked: ObjectPart, field: string): Narrowing[] {
  const allowed = valuesOf(asked);
  if (allowed === undefined) return [];
  const pointer = pointerOf(asked, "const" in asked.schema ? "const" : "enum");
  const texts = new Set(allowed.map(identityOf));
  const values = known.values ?? allValues(known.atoms);
  if (values === undefined) {
    return [{ kind: "values-listed", field, pointer, isSure: true, narrower: valuesText(allowed) }];
  }
  return lostValues(
    values.filter((value) => !texts.has(identityOf(value))),
    field,
    pointer,
  );
}

/** Every value of kinds that have only a few. */
function allValues(atoms: ReadonlySet<Atom>): unknown[] | undefined {
  const values: Partial<Record<Atom, unknown[]>> = { null: [null], boolean: [true, false] };
  const lists = [...atoms].map((atom) => values[atom]);
  return lists.every((list) => list !== undefined) ? lists.flat() : undefined;
}

/** Listed values are tried one by one. */
export function listedNarrowings(known: Known, asked: ObjectPart, field: string): Narrowing[] {
  const allowed = atomsOf(asked);
  const values = (known.values ?? []).filter((value) => allowed.has(atomOf(value)));
  return SCALAR_RULES.filter((keyword) => keyword in asked.schema).flatMap((keyword) =>
    lostValues(
      values.filter((value) => failsScalarRule(keyword, asked.schema[keyword], value)),
      field,
      pointerOf(asked, keyword),
    ),
  );
}

function lostValues(lost: unknown[], field: string, pointer: string): Narrowing[] {
  if (lost.length === 0) return [];
  return [{ kind: "values-lost", field, pointer, isSure: true, wider: valuesText(lost) }];
}

const MAX_SHOWN_VALUES = 6;

/** For instance `"low" or "high"`. */
function valuesText(values: unknown[]): string {
  const shown = values.slice(0, MAX_SHOWN_VALUES).map((value) => JSON.stringify(value));
  const rest = values.length - shown.length;
  const [last = "", ...others] = rest > 0 ? [`one of ${rest} others`, ...shown.reverse()] : shown.reverse();
  return others.length === 0 ? last : `${others.reverse().join(", ")} or ${last}`;
}
