import type { Json } from "../event.js";
import { fixedPart, type Piece, type PlaceName, piecesOf } from "./place.js";
import { resourcesByArn, type StackExport } from "./stack-export.js";

/** Writes a text of a plan as CloudFormation has it: as it is, as a reference, or as a text with references in it. */
export type TextWriter = (text: string) => Json;

const PSEUDO_PARAMETERS: Record<PlaceName, string> = {
  partition: "AWS::Partition",
  region: "AWS::Region",
  account: "AWS::AccountId",
};

/** @param known - ARNs that may be referred to */
export function cloudFormationText({ plan, idOf, place }: StackExport, known: ReadonlySet<string>): TextWriter {
  const resources = resourcesByArn(plan);
  /** What stands for a piece between the braces of Fn::Sub; a topic's reference is its ARN, a queue's is its URL. */
  const nameOf = (piece: Exclude<Piece, { text: string }>): string => {
    if ("place" in piece) return PSEUDO_PARAMETERS[piece.place];
    const resource = resources.get(piece.arnOf);
    if (resource === undefined) throw new Error(`the plan has no ${piece.arnOf}`);
    const { cloudFormation } = idOf(resource);
    return resource.kind === "topic" ? cloudFormation : `${cloudFormation}.Arn`;
  };
  return (text) => {
    const pieces = piecesOf(text, known).map((piece): Piece => {
      const fixed = "place" in piece ? fixedPart(place, piece.place) : undefined;
      return fixed === undefined ? piece : { text: fixed };
    });
    const [first] = pieces;
    if (pieces.length === 1 && first !== undefined && !("text" in first)) return reference(nameOf(first));
    const isPlain = pieces.every((piece) => "text" in piece);
    const parts = pieces.map((piece) => ("text" in piece ? piece.text : `\${${nameOf(piece)}}`));
    return isPlain ? parts.join("") : { "Fn::Sub": parts.join("") };
  };
}

/** "Intrinsic function reference". */
function reference(name: string): Json {
  const [id = "", attribute] = name.split(".");
  return attribute === undefined ? { Ref: id } : { "Fn::GetAtt": [id, attribute] };
}
