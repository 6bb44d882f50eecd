import type { ErrorObject } from "ajv";
import { closestMatch } from "../../core/closest-match.js";

/** What is wrong at one place of the config file: its JSON Pointer and what was expected there. */
export function violationText(violation: ErrorObject, knownNames: Iterable<string>): string {
  const pointer = violation.instancePath === "" ? "the whole file" : violation.instancePath;
  switch (violation.keyword) {
    case "additionalProperties": {
      const name = String(violation.params.additionalProperty);
      const meant = closestMatch(name, knownNames);
      const suggestion = meant === undefined ? "" : `; did you mean ${meant}?`;
      return `${violation.instancePath}/${escapePointer(name)} is no setting${suggestion}`;
    }
    case "required":
      return `${pointer} lacks ${violation.params.missingProperty}`;
    case "enum":
      return `${pointer} must be one of ${violation.params.allowedValues.join(", ")}`;
    case "type":
      return `${pointer} must be ${[violation.params.type].flat().join(" or ")}`;
    default:
      return `${pointer} ${violation.message ?? `fails ${violation.keyword}`}`;
  }
}

/** Violations that only say that another one is there. */
export function isEcho(violation: ErrorObject): boolean {
  return violation.keyword === "if" || violation.keyword === "propertyNames";
}

function escapePointer(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
