/** What message attributes count towards a size limit: names, data types and values ("Amazon SQS message metadata"; SNS counts the same). */
export function attributeBytes(attributes: Readonly<Record<string, string>>): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(attributes))
    bytes += Buffer.byteLength(name) + "String".length + Buffer.byteLength(value);
  return bytes;
}
