/** What every `X-Amz-Target` of DynamoDB begins with. */
export const TABLE_TARGET_PREFIX = "DynamoDB_20120810.";
