import { EvpError } from "../../core/errors.js";
import type { Json } from "../../core/event.js";
import { valueAt } from "../../core/json-pointer.js";

/** One `--filter name=value`: all must hold. */
export interface TailFilter {
  /** A field of the record, a message attribute, a member of the body or of its payload (`amount`, `payload.amount`, `/payload/amount`). */
  name: string;
  value: string;
}

/** What the filters of a tail look at. */
export interface Filterable {
  record: object;
  attributes: Record<string, string>;
  body: string;
}

/**
 * Reads `name=value`.
 * @throws EvpError (usage) when it is not of that form
 */
export function parseTailFilter(text: string): TailFilter {
  const equals = text.indexOf("=");
  if (equals > 0) return { name: text.slice(0, equals), value: text.slice(equals + 1) };
  throw new EvpError(`--filter ${text}: a name, an equals sign and a value were expected`, {
    code: "filter-invalid",
    category: "usage",
    hint: "For instance --filter type=transaction.",
  });
}

/** Whether all filters hold; a filter holds where any of the places that its name may mean has the value. */
export function matchesAll(filters: TailFilter[], subject: Filterable): boolean {
  if (filters.length === 0) return true;
  const body = parse(subject.body);
  return filters.every(({ name, value }) => {
    const pointer = name.startsWith("/") ? name : `/${name.replaceAll(".", "/")}`;
    const found = [
      Object.hasOwn(subject.record, name) ? Reflect.get(subject.record, name) : undefined,
      subject.attributes[name],
      valueAt(body, pointer),
      valueAt(body, `/payload${pointer}`),
    ];
    return found.some((candidate) => candidate !== undefined && toText(candidate) === value);
  });
}

function parse(body: string): Json {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
