import type { Json } from "../event.js";
import { fixedPart, type PlaceName, piecesOf, withTexts } from "./place.js";
import { resourcesByArn, type StackExport } from "./stack-export.js";

/** Writes a text of a plan as Terraform has it: with references between `${` and `}`. */
export type TemplateWriter = (text: string) => string;

const PLACE: Record<PlaceName, string> = {
  partition: "data.aws_partition.current.partition",
  region: "data.aws_region.current.region",
  account: "data.aws_caller_identity.current.account_id",
};

const TYPES: Record<string, string> = { queue: "aws_sqs_queue", topic: "aws_sns_topic", table: "aws_dynamodb_table" };

/** @param known - ARNs that may be referred to */
export function terraformText({ plan, idOf, place }: StackExport, known: ReadonlySet<string>): TemplateWriter {
  const resources = resourcesByArn(plan);
  return (text) => {
    const parts = piecesOf(text, known).map((piece) => {
      if ("text" in piece) return escapeTemplate(piece.text);
      if ("place" in piece) return fixedPart(place, piece.place) ?? expression(PLACE[piece.place]);
      const resource = resources.get(piece.arnOf);
      if (resource === undefined) throw new Error(`the plan has no ${piece.arnOf}`);
      return expression(`${TYPES[resource.kind]}.${idOf(resource).terraform}.arn`);
    });
    return parts.join("");
  };
}

/** What stands between `${` and `}` ("Expressions in the JSON syntax"). */
export function expression(text: string): string {
  return `\${${text}}`;
}

/** A JSON document as a text: references hold nothing that JSON would escape. */
export function documentText(document: Json, text: TemplateWriter): string {
  return JSON.stringify(withTexts(document, text));
}

/** "Strings and Templates": what begins a sequence is doubled. */
function escapeTemplate(text: string): string {
  return text.replace(/[$%](?=\{)/g, "$&$&");
}
