import type { IncomingHttpHeaders } from "node:http";

const JSON_TYPES = new Set(["application/json", "application/cloudevents+json", "application/cloudevents-batch+json"]);

/** Why a body of this type is not taken; undefined: it is. One of no type is taken for JSON, since programs of before name none. */
export function refuseMediaType(headers: IncomingHttpHeaders): string | undefined {
  const { "content-type": type, "content-encoding": encoding = "identity" } = headers;
  if (encoding !== "identity") return "send the body without a content encoding";
  if (type === undefined || JSON_TYPES.has(type)) return undefined;
  const [name = "", ...parameters] = type.toLowerCase().split(";");
  if (!JSON_TYPES.has(name.trim())) return `send ${[...JSON_TYPES].join(" or ")}`;
  const charset = parameters.map((parameter) => /^\s*charset\s*=\s*"?([^"\s]*)/.exec(parameter)?.[1]).find(Boolean);
  return charset === undefined || charset === "utf-8" || charset === "utf8" ? undefined : "send it in UTF-8";
}
