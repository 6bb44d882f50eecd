import { hash } from "node:crypto";
import { ID_TO_COME } from "./envelope-mapping.js";
import { MAX_GROUP_ID_LENGTH } from "./limits.js";

/**
 * The same event sent again within five minutes is dropped by the queue. The content counts as well as the id, since the same
 * id with other content is a conflict, which evp has to see to report it.
 */
export function deduplicationIdFor(eventId: string | undefined, body: string): string {
  const content = hash("sha256", body, "base64url");
  const id = eventId === undefined || eventId === ID_TO_COME ? content : `${eventId}.${content.slice(0, 22)}`;
  return id.length <= MAX_GROUP_ID_LENGTH ? id : hash("sha256", id, "base64url");
}
