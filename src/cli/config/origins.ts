/** Where a setting came from. `name` is the flag, the variable, or the JSON Pointer in the config file. */
export interface Origin {
  source: "flag" | "environment" | "aws-environment" | "file" | "default";
  name: string;
}

/** Origins by the setting's path in the config file, for instance `process.concurrency`. */
export type Origins = Map<string, Origin>;

/** A value that somebody may have given, and where. */
export interface Candidate<Value> {
  value: Value | undefined;
  origin: Origin;
}

export function fromFlag<Value>(name: string, value: Value | undefined): Candidate<Value> {
  return { value, origin: { source: "flag", name: `--${name}` } };
}

/** A variable that is set to nothing counts as not set. `AWS_…` ranks below `EVP_…`. */
export function fromVariable(env: Readonly<Record<string, string | undefined>>, name: string): Candidate<string> {
  const source = name.startsWith("AWS_") ? "aws-environment" : "environment";
  return { value: env[name] === "" ? undefined : env[name], origin: { source, name } };
}

export function fromFile<Value>(pointer: string, value: Value | undefined): Candidate<Value> {
  return { value, origin: { source: "file", name: pointer } };
}

export function fromDefault<Value>(value: Value): { value: Value; origin: Origin } {
  return { value, origin: { source: "default", name: "" } };
}

const RANKS: Record<Origin["source"], number> = { flag: 0, environment: 1, "aws-environment": 2, file: 3, default: 4 };

/** @returns below 0 when `left` beats `right` */
export function compareOrigins(left: Origin, right: Origin): number {
  return RANKS[left.source] - RANKS[right.source];
}

/** The first candidate, in the order of precedence, that has a value. */
export function firstGiven<Value>(candidates: Candidate<Value>[]): { value: Value; origin: Origin } | undefined {
  for (const { value, origin } of candidates) if (value !== undefined) return { value, origin };
  return undefined;
}
