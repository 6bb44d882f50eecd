import { isPublishBatch, publishBatchForm } from "./publish-batch-form.js";

/** How a protocol of the SDK writes a call's input: `write`, and then at once `flush` for what was written. */
interface Serializer {
  write(schema: unknown, value: unknown): void;
  flush(): string | Uint8Array;
  setSerdeContext(context: unknown): void;
}

/**
 * The SDK writes inputs character by character along their schemas. Those of the calls that come by the thousand need none:
 * the JSON protocols' are JSON as they are (evp sends no binary values), and PublishBatch has a form of its own.
 */
export function serializeFaster(protocol: unknown): void {
  if (!hasSerializer(protocol)) return;
  const isJson = protocol.getShapeId().startsWith("aws.protocols#awsJson");
  protocol.serializer = isJson ? jsonSerializer(protocol.serializer) : publishSerializer(protocol.serializer);
}

function hasSerializer(protocol: unknown): protocol is { serializer: Serializer; getShapeId(): string } {
  return typeof protocol === "object" && protocol !== null && "serializer" in protocol && "getShapeId" in protocol;
}

function jsonSerializer(original: Serializer): Serializer {
  let text = "";
  return {
    write(_, value) {
      text = JSON.stringify(value);
    },
    flush: () => text,
    setSerdeContext: (context) => original.setSerdeContext(context),
  };
}

function publishSerializer(original: Serializer): Serializer {
  let form: string | undefined;
  return {
    write(schema, value) {
      form = isPublishBatch(value) ? publishBatchForm(value) : undefined;
      if (form === undefined) original.write(schema, value);
    },
    flush: () => form ?? original.flush(),
    setSerdeContext: (context) => original.setSerdeContext(context),
  };
}
