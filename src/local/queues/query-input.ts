import type { MessageAttribute, MessageAttributes } from "../model/message.js";
import { invalidParameter } from "../model/model-error.js";

/** The parameters of a call in the Query protocol, such as `Attributes.entry.1.key`, read below a prefix. */
export class QueryInput {
  readonly #values: ReadonlyMap<string, string>;
  readonly #prefix: string;

  constructor(values: ReadonlyMap<string, string>, prefix = "") {
    this.#values = values;
    this.#prefix = prefix;
  }

  static parse(form: string): QueryInput {
    return new QueryInput(new Map(new URLSearchParams(form)));
  }

  /** @throws ModelError when it is missing */
  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined) throw invalidParameter(name);
    return value;
  }

  optionalText(name: string): string | undefined {
    return this.#values.get(this.#prefix + name);
  }

  /** Structures in a list, for example `member` of `Tags`; an element counts when it has the field `key`. */
  list(name: string, element: string, key: string): QueryInput[] {
    const found: QueryInput[] = [];
    for (let number = 1; ; number += 1) {
      const item = new QueryInput(this.#values, `${this.#prefix}${name}.${element}.${number}.`);
      if (item.optionalText(key) === undefined) return found;
      found.push(item);
    }
  }

  texts(name: string): string[] {
    const found: string[] = [];
    for (let number = 1; ; number += 1) {
      const value = this.optionalText(`${name}.member.${number}`);
      if (value === undefined) return found;
      found.push(value);
    }
  }

  textMap(name: string): Record<string, string> {
    return Object.fromEntries(
      this.list(name, "entry", "key").map((entry) => [entry.text("key"), entry.optionalText("value") ?? ""]),
    );
  }

  tags(): Record<string, string> {
    const tags = this.list("Tags", "member", "Key");
    const map = Object.fromEntries(tags.map((tag) => [tag.text("Key"), tag.optionalText("Value") ?? ""]));
    if (Object.keys(map).length < tags.length) throw invalidParameter("Duplicated keys are not allowed.");
    return map;
  }

  messageAttributes(): MessageAttributes {
    const entries = this.list("MessageAttributes", "entry", "Name");
    return Object.fromEntries(entries.map((entry) => [entry.text("Name"), entry.#attribute()]));
  }

  #attribute(): MessageAttribute {
    return {
      dataType: this.optionalText("Value.DataType") ?? "",
      stringValue: this.optionalText("Value.StringValue"),
      binaryValue: this.optionalText("Value.BinaryValue"),
    };
  }
}
