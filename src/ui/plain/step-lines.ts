import type { Change, StepView } from "../../app/why/event-life.js";

/** What a step's lines say besides the step itself. */
export interface StepSubject {
  clientId: string | null;
  type: string | null;
  version: string | null;
}

type Lines<Name extends StepView["step"]> = (step: Extract<StepView, { step: Name }>, subject: StepSubject) => string[];

/** What is told of each step, line by line; not yet fit for a terminal. */
const LINES: { [Name in StepView["step"]]: Lines<Name> } = {
  sent: ({ messageId, redriveOf }) => [
    `message ${messageId}`,
    ...(redriveOf === undefined ? [] : [`a redrive of message ${redriveOf}`]),
  ],
  received: ({ groupId, sequence }) => [`group ${groupId}`, ...(sequence === "" ? [] : [`sequence ${sequence}`])],
  validated: ({ reason, violations }, { type, version }) => {
    if (reason === undefined) return [`✓ ${[type, version].filter((part) => part !== null).join(" ") || "valid"}`];
    const located = violations.flatMap(({ pointer, message, found }) => [
      `${pointer === "" ? "the document" : pointer} ${message}`,
      ...(found === undefined ? [] : [`  found ${found}`]),
    ]);
    return [`✗ ${reason}`, ...located];
  },
  permitted: ({ reason }, { clientId, type }) => [
    reason === undefined ? `✓ ${clientId ?? "its client"} may have ${type ?? "it"}` : `✗ ${reason}`,
  ],
  stored: ({ expiresAt }) => [`in the journal, until ${expiresAt.slice(0, "YYYY-MM-DD".length)}`],
  claimed: () => ["still to be published, said the processor that has it"],
  "taken-over": ({ messageId }) => [`message ${messageId} publishes it in another's place`],
  published: ({ topicArn, sequence, snsMessageId }) => [
    `topic ${topicArn.split(":").at(-1) ?? topicArn}`,
    `sequence ${sequence}`,
    `SNS message ${snsMessageId}`,
  ],
  rejected: ({ reason, detail, isDoubtful }) => [
    `${reason}; to the DLQ`,
    ...(TOLD_BEFORE.has(reason) && !isDoubtful ? [] : [detail]),
  ],
  duplicate: ({ messageId, owner }) => [`message ${messageId} brought it again`, `message ${owner} had published it`],
  redriven: ({ sentAs, changes }) => [`sent again as message ${sentAs}`, ...changes.map(changeText)],
  purged: () => ["its dead letter was deleted"],
  replayed: ({ to, sequence, replayId }) => [
    to === "topic" ? "published on its topic again" : "sent to its client's queue again",
    `sequence ${sequence}, replay ${replayId}`,
  ],
  blocked: ({ reason, detail, lastTriedAt }) => [
    "its group waits for an operator",
    `${reason}: ${detail}`,
    `last tried ${lastTriedAt.replace(/\.\d+Z$/, "Z")}`,
  ],
};

/** Of these the validation that failed has told all there is. */
const TOLD_BEFORE = new Set(["schema-violation", "envelope-invalid"]);

export function stepLines<Name extends StepView["step"]>(
  step: Extract<StepView, { step: Name }>,
  subject: StepSubject,
): string[] {
  return LINES[step.step](step, subject);
}

function changeText({ pointer, before, after }: Change): string {
  const shown = (value: Change["before"]) => (value === undefined ? "nothing" : JSON.stringify(value));
  return `${pointer}: ${shown(before)} → ${shown(after)}`;
}
