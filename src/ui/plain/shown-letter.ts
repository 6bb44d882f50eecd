import type { ShownLetter } from "../../app/dlq/show-dead-letter.js";
import { cleanText } from "../external-text.js";
import type { Style } from "../style.js";
import { nextSteps } from "./letter-remedies.js";
import { type BodyOptions, renderMarkedBody } from "./marked-body.js";
import { verdictText } from "./verdict-text.js";
import { wrapWords } from "./wrap-text.js";

const LABEL_WIDTH = 13;

/** One dead letter with all that is known of it, and what can be done. */
export function renderShownLetter(letter: ShownLetter, style: Style, options: BodyOptions): string {
  const { colour } = style;
  const shownBytes = Buffer.byteLength(letter.body);
  const cut = letter.bodyBytes > shownBytes ? `, the first ${shownBytes} of ${letter.bodyBytes} bytes` : "";
  const facts = factsOf(letter).map((fact) => renderFact(fact, style));
  const steps = nextSteps(letter).map((step) => `→ ${cleanText(step)}\n`);
  return [
    ...facts,
    `${colour.dim(`body${cut}`)}\n`,
    renderMarkedBody(letter, style, options),
    ...renderFact(["now", judgement(letter)], style),
    ...steps,
  ].join("");
}

type Fact = [name: string, value: string];

function factsOf(letter: ShownLetter): Fact[] {
  return [
    ["message", letter.messageId],
    ["event", letter.eventId ?? "-"],
    ["client", letter.clientId ?? "-"],
    ["type", letter.type ?? "-"],
    ["group", letter.groupId],
    ["rejected at", letter.rejectedAt],
    ["redrives", String(letter.redrives)],
    ["reason", letter.reason],
    ["detail", letter.detail],
    ...(letter.otherLetters.length > 0
      ? [["also", `${letter.otherLetters.join(", ")} (other letters of the event)`] as Fact]
      : []),
  ];
}

function renderFact([name, value]: Fact, { colour, width }: Style): string {
  const [first = "", ...others] = wrapWords(cleanText(value), width - LABEL_WIDTH);
  const lines = [
    `${colour.dim(name.padEnd(LABEL_WIDTH))}${first}`,
    ...others.map((line) => " ".repeat(LABEL_WIDTH) + line),
  ];
  return `${lines.join("\n")}\n`;
}

function judgement({ now, reason, detail }: ShownLetter): string {
  const isSame = now.verdict === "still-invalid" && now.detail === `${reason}: ${detail}`;
  return isSame ? "it would be rejected again, for the same reason" : verdictText(now);
}
