/** One way in which a document breaks a schema. */
export interface Violation {
  /** JSON Pointer (RFC 6901) to the value, empty for the whole document. */
  pointer: string;
  message: string;
}

/** The part of ajv's error that is read here. */
export interface SchemaError {
  instancePath: string;
  keyword: string;
  params: Record<string, unknown>;
  message?: string;
}

/** `evp-detail` holds at most this many bytes. */
const MAX_DETAIL_BYTES = 4096;
/** Room for the closing words about what was left out. */
const CLOSING_BYTES = 32;

/**
 * ajv's errors as an operator reads them; that a `then` or `else` was broken says nothing beside what broke it.
 * @param base pointer of the value that was checked, in the document it stands in
 */
export function toViolations(errors: readonly SchemaError[] | null | undefined, base = ""): Violation[] {
  const telling = (errors ?? []).filter(({ keyword }) => keyword !== "if");
  return telling.map((error) => ({
    pointer: base + error.instancePath + namedMember(error),
    message: explain(error),
  }));
}

/** A member that is missing, or should not be there, belongs to the pointer, so that it can be found. */
function namedMember({ params }: SchemaError): string {
  const name = params.missingProperty ?? params.additionalProperty ?? params.unevaluatedProperty;
  return typeof name === "string" ? `/${escapePointerPart(name)}` : "";
}

function explain({ keyword, params, message }: SchemaError): string {
  if (keyword === "additionalProperties" || keyword === "unevaluatedProperties") return "is not a known field";
  if (keyword === "required") return "is missing";
  if (keyword === "enum" && Array.isArray(params.allowedValues)) {
    return `must be one of ${params.allowedValues.map((value) => JSON.stringify(value)).join(", ")}`;
  }
  if (keyword === "const") return `must be ${JSON.stringify(params.allowedValue)}`;
  return message ?? `breaks the rule "${keyword}"`;
}

/** Escapes a member name for a JSON Pointer. */
export function escapePointerPart(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** No text of 4 KiB tells more violations than these. */
export const MAX_TOLD_VIOLATIONS = 400;

/** Every violation in one text, cut at a whole violation so that it stays within 4 KiB. `total`: how many there are with those that are not listed */
export function describeViolations(violations: readonly Violation[], total = violations.length): string {
  let text = "";
  for (const [index, { pointer, message }] of violations.entries()) {
    const next = `${text === "" ? "" : "; "}${pointer === "" ? "the document" : pointer} ${message}`;
    if (Buffer.byteLength(text + next) > MAX_DETAIL_BYTES - CLOSING_BYTES) {
      return text === "" ? limitDetail(next) : `${text}; and ${total - index} more`;
    }
    text += next;
  }
  return text;
}

/**
 * Cuts a text to the bytes a detail may have, and leaves out what a message attribute cannot carry: a dead letter that the
 * queue refuses for its detail could never be sent ("SendMessage" lists the characters).
 */
export function limitDetail(text: string): string {
  const clean = text.toWellFormed().replaceAll(/[\p{Cc}\uFFFE\uFFFF]/gu, " ");
  if (Buffer.byteLength(clean) <= MAX_DETAIL_BYTES) return clean;
  const bytes = Buffer.from(clean).subarray(0, MAX_DETAIL_BYTES - "…".length * 3);
  // A character cut in half decodes to U+FFFD at the very end.
  return `${bytes.toString("utf8").replace(/\uFFFD$/, "")}…`;
}
