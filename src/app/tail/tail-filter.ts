import { EvpError } from "../../core/errors.js";
import type { Json } from "../../core/event.js";
import { valueAt } from "../../core/json-pointer.js";

/** One `--filter`: all must hold. */
export interface TailFilter {
  /** A field of the record, a message attribute, a member of the body or of its payload (`amount`, `payload.amount`, `/payload/amount`). */
  name: string;
  /** `=` has the value, `!=` has it nowhere, `~` holds it somewhere. */
  operator: "=" | "!=" | "~";
  value: string;
}

/** What the filters of a tail look at. */
export interface Filterable {
  record: object;
  attributes: Record<string, string>;
  body: string;
}

/** The first operator ends the name; `~0` and `~1` in a pointer are part of it (RFC 6901). */
const POINTER_FILTER = /^(\/(?:[^=~!]|~[01]|!(?!=))*)(!=|=|~)(.*)$/s;
const NAME_FILTER = /^([^/=~!](?:[^=~!]|!(?!=))*)(!=|=|~)(.*)$/s;

/**
 * Reads `name=value`, `name!=value` or `name~part`.
 * @throws EvpError (usage) when it is of none of these forms
 */
export function parseTailFilter(text: string): TailFilter {
  const [, name, operator, value] = NAME_FILTER.exec(text) ?? POINTER_FILTER.exec(text) ?? [];
  if (name !== undefined && value !== undefined && isOperator(operator)) return { name, operator, value };
  throw new EvpError(`--filter ${text}: a name, one of = != ~ and a value were expected`, {
    code: "filter-invalid",
    category: "usage",
    hint: "For instance --filter type=transaction, --filter type!=monitoring, or --filter payload.note~refund.",
  });
}

function isOperator(text: string | undefined): text is TailFilter["operator"] {
  return text === "=" || text === "!=" || text === "~";
}

/** Whether all filters hold. A name may mean several places: `=` and `~` hold where one of them does, `!=` where none has the value. */
export function matchesAll(filters: TailFilter[], subject: Filterable): boolean {
  if (filters.length === 0) return true;
  const body = parse(subject.body);
  return filters.every(({ name, operator, value }) => {
    const found = valuesOf(name, subject, body);
    if (operator === "~") return found.some((text) => text.includes(value));
    return found.includes(value) === (operator === "=");
  });
}

function valuesOf(name: string, { record, attributes }: Filterable, body: Json): string[] {
  const pointer = name.startsWith("/") ? name : `/${name.replaceAll(".", "/")}`;
  const found = [
    Object.hasOwn(record, name) ? Reflect.get(record, name) : undefined,
    Object.hasOwn(attributes, name) ? attributes[name] : undefined,
    valueAt(body, pointer),
    valueAt(body, `/payload${pointer}`),
  ];
  return found.filter((value) => value !== undefined).map(toText);
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
