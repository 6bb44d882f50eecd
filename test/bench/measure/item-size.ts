import type { AttributeValue } from "@aws-sdk/client-dynamodb";

const MAP_OVERHEAD_BYTES = 3;
const MEMBER_OVERHEAD_BYTES = 1;

/** Bytes of an item as DynamoDB counts them ("DynamoDB item sizes and formats"). */
export function itemBytes(item: Record<string, AttributeValue>): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);
}

function valueBytes({ S, N, M }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return Math.ceil(N.length / 2) + 1;
  if (M === undefined) throw new Error("evp's items hold texts, numbers and maps");
  return MAP_OVERHEAD_BYTES + itemBytes(M) + Object.keys(M).length * MEMBER_OVERHEAD_BYTES;
}
