import type { ShownLetter } from "../../app/dlq/show-dead-letter.js";
import { shellWord } from "./shell-word.js";

/** What an operator can do about a dead letter: commands to copy, the likeliest first. */
export function nextSteps(letter: ShownLetter): string[] {
  const { messageId, eventId } = letter;
  const why = `evp why ${shellWord(eventId ?? messageId)}`;
  return [...remedies(letter), why];
}

function remedies(letter: ShownLetter): string[] {
  const redrive = `evp dlq redrive --id ${shellWord(letter.messageId)}`;
  switch (letter.now.verdict) {
    case "still-invalid":
      return mends(letter);
    case "too-many-redrives":
      return [`${redrive} --force`];
    case "already-redriven":
    case "not-on-dlq":
      return [];
    default:
      return [redrive];
  }
}

/** What is wrong now may not be what it was rejected for. */
function mends({ now, eventId, clientId, type, messageId, violations, brokenAt, otherLetters }: ShownLetter): string[] {
  // An event id is found at once; it will do where the event has no other letter.
  const fix = `evp dlq fix ${shellWord(otherLetters.length === 0 && eventId !== null ? eventId : messageId)}`;
  const [reason] = (now.detail ?? "").split(":");
  switch (reason) {
    case "client-unknown":
      return clientId === null
        ? [fixFields(fix, violations)]
        : [`evp client add ${clientId}`, fixFields(fix, violations)];
    case "client-inactive":
      return [`evp client enable ${clientId}`];
    case "type-forbidden":
      return [`evp client allow ${clientId} ${type}`, fixFields(fix, violations)];
    case "schema-unknown":
      return [
        `add a schema for ${type}, then evp dlq redrive --id ${shellWord(messageId)}`,
        fixFields(fix, violations),
      ];
    case "too-large":
      return [`${fix} --editor`, `evp dlq purge --id ${shellWord(messageId)}`];
    case "malformed-json":
      return [brokenAt === null ? fixFields(fix, violations) : `${fix} --editor`];
    default:
      return [fixFields(fix, violations)];
  }
}

/** Assignments that are offered at once; more are better made in an editor. */
const MAX_ASSIGNMENTS = 3;

/** A value for each place that a value would mend. */
function fixFields(fix: string, violations: ShownLetter["violations"]): string {
  const pointers = [...new Set(violations.map(({ pointer }) => pointer))];
  const isSettable = pointers.every((pointer) => pointer !== "") && !violations.some(isUnknownField);
  if (!isSettable || pointers.length === 0 || pointers.length > MAX_ASSIGNMENTS) return `${fix} --editor`;
  return `${fix} ${pointers.map((pointer) => `--set ${shellWord(`${pointer}=`)}…`).join(" ")}`;
}

function isUnknownField({ message }: ShownLetter["violations"][number]): boolean {
  return message === "is not a known field";
}
