/** Settings that differ, both values as text. */
export interface Difference {
  attribute: string;
  wanted: string;
  found: string;
}

/** How a setting that is not there is told. */
export const NONE = "none";

/** The wanted attributes that the resource does not have; JSON values are compared by meaning. Attributes that nobody wants are left alone. */
export function attributeDifferences(wanted: Record<string, string>, found: Record<string, string>): Difference[] {
  return Object.entries(wanted)
    .filter(([name, value]) => !isSameSetting(value, found[name]))
    .map(([name, value]) => ({ attribute: name, wanted: value, found: found[name] ?? NONE }));
}

/** Whether two settings mean the same: member order, white space, and numbers written as text do not matter in JSON. */
export function isSameSetting(wanted: string, found: string | undefined): boolean {
  if (found === undefined) return false;
  return wanted === found || normalized(wanted) === normalized(found);
}

function normalized(setting: string): string {
  try {
    return JSON.stringify(sorted(JSON.parse(setting)));
  } catch {
    return setting;
  }
}

/** Members sorted, scalars as text, and a list of one as that one: AWS gives policies back in either form. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 1 ? sorted(value[0]) : value.map(sorted);
  if (typeof value !== "object" || value === null) return String(value);
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}
