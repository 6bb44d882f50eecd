import type { Json } from "../event.js";
import type { StackAccount } from "../stack-plan.js";
import { partitionOf } from "../stack-plan-arns.js";

/** The account and region that an export is for; what is missing is wherever it is deployed. */
export interface ExportPlace {
  account?: string | undefined;
  region?: string | undefined;
}

/** The parts of an ARN that only the place of deployment decides. */
export type PlaceName = "partition" | "region" | "account";

/** A piece of a text: as it stands, the ARN of another resource of the stack, or a part of the place. */
export type Piece = { text: string } | { arnOf: string } | { place: PlaceName };

/** Stands in a plan for an account and a region that nobody knows yet: no name of a resource has braces. */
export const ANYWHERE: StackAccount = { account: "{account}", region: "{region}" };

/** An ARN that was made for {@link ANYWHERE}. */
const ARN = /arn:aws:(sqs|sns|dynamodb):\{region\}:\{account\}:([A-Za-z0-9_.*/-]+)/g;

/**
 * Takes a text of a plan for {@link ANYWHERE} apart.
 *
 * @param known - ARNs of resources that may be referred to; others are spelled out, with the parts of the place
 */
export function piecesOf(text: string, known: ReadonlySet<string>): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(ARN)) {
    const [arn, service = "", name = ""] = match;
    pieces.push({ text: text.slice(end, match.index) }, ...arnPieces(arn, { service, name }, known));
    end = match.index + arn.length;
  }
  pieces.push({ text: text.slice(end) });
  return pieces.filter((piece) => !("text" in piece) || piece.text !== "");
}

/** A table's index is known where its table is. */
function arnPieces(arn: string, { service, name }: { service: string; name: string }, known: ReadonlySet<string>) {
  if (known.has(arn)) return [{ arnOf: arn }];
  const [table = ""] = arn.split("/index/");
  if (known.has(table)) return [{ arnOf: table }, { text: arn.slice(table.length) }];
  return [...arnStart(service), { text: `:${name}` }];
}

/** `arn:<partition>:<service>:<region>:<account>`. */
function arnStart(service: string): Piece[] {
  return [
    { text: "arn:" },
    { place: "partition" },
    { text: `:${service}:` },
    { place: "region" },
    { text: ":" },
    { place: "account" },
  ];
}

/** A part of the place where it is fixed. */
export function fixedPart({ account, region }: ExportPlace, part: PlaceName): string | undefined {
  if (part === "account") return account;
  if (part === "region") return region;
  return region === undefined ? undefined : partitionOf(region);
}

/** A document in which every text is written anew. */
export function withTexts(document: Json, write: (text: string) => Json): Json {
  if (typeof document === "string") return write(document);
  if (Array.isArray(document)) return document.map((entry) => withTexts(entry, write));
  if (typeof document !== "object" || document === null) return document;
  return Object.fromEntries(Object.entries(document).map(([name, member]) => [name, withTexts(member, write)]));
}
