import type { MessageAttribute, MessageAttributes } from "../model/message.js";
import { ModelError } from "../model/model-error.js";

/** The parameters of an SQS call, read by name and type. @throws ModelError where one is missing or of another type */
export class SqsInput {
  readonly #values: Record<string, unknown>;

  constructor(values: unknown) {
    if (typeof values !== "object" || values === null || Array.isArray(values))
      throw wrongType("request", "a structure");
    this.#values = { ...values };
  }

  static parse(body: string): SqsInput {
    let values: unknown;
    try {
      values = body === "" ? {} : JSON.parse(body);
    } catch {
      throw new ModelError("SerializationException", "The request is not valid JSON.");
    }
    return new SqsInput(values);
  }

  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined)
      throw new ModelError("MissingParameter", `The request must contain the parameter ${name}.`);
    return value;
  }

  optionalText(name: string): string | undefined {
    const value = this.#value(name);
    if (value === undefined || typeof value === "string") return value;
    throw wrongType(name, "a string");
  }

  /** An integer, also one written as text. */
  optionalInteger(name: string): number | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    const number = typeof value === "string" && value !== "" ? Number(value) : value;
    if (typeof number === "number" && Number.isInteger(number)) return number;
    throw wrongType(name, "an integer");
  }

  integer(name: string): number {
    const value = this.optionalInteger(name);
    if (value === undefined)
      throw new ModelError("MissingParameter", `The request must contain the parameter ${name}.`);
    return value;
  }

  texts(name: string): string[] {
    const value = this.#value(name) ?? [];
    if (Array.isArray(value) && value.every((element) => typeof element === "string")) return value;
    throw wrongType(name, "a list of strings");
  }

  textMap(name: string): Record<string, string> {
    const entries = Object.entries(this.#structure(name)).map(([key, value]: [string, unknown]) => {
      if (typeof value !== "string") throw wrongType(name, "a map of strings");
      return [key, value] as const;
    });
    return Object.fromEntries(entries);
  }

  /** The entries of a batch call. */
  entries(): SqsInput[] {
    const value = this.#value("Entries") ?? [];
    if (!Array.isArray(value)) throw wrongType("Entries", "a list");
    return value.map((entry: unknown) => new SqsInput(entry));
  }

  messageAttributes(name: string): MessageAttributes {
    const structure: [string, unknown][] = Object.entries(this.#structure(name));
    return Object.fromEntries(structure.map(([key, value]) => [key, new SqsInput(value).#attribute()]));
  }

  #attribute(): MessageAttribute {
    return {
      dataType: this.optionalText("DataType") ?? "",
      stringValue: this.optionalText("StringValue"),
      binaryValue: this.optionalText("BinaryValue"),
    };
  }

  #structure(name: string): object {
    const value = this.#value(name) ?? {};
    if (typeof value === "object" && !Array.isArray(value)) return value;
    throw wrongType(name, "a map");
  }

  /** JSON's null counts as left out. */
  #value(name: string): unknown {
    return Object.hasOwn(this.#values, name) ? (this.#values[name] ?? undefined) : undefined;
  }
}

function wrongType(name: string, expected: string): ModelError {
  return new ModelError("SerializationException", `The parameter ${name} must be ${expected}.`);
}
