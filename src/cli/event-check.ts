import type { CheckEvent } from "../app/send/send-events.js";
import { createExaminer, type Examine } from "../core/examine.js";
import type { Settings } from "../core/settings.js";
import type { Clock } from "../ports/clock.js";

type EnvelopeSettings = Pick<Settings, "envelope" | "maxEventBytes">;

/** Judges messages by their JSON, envelope and size; schemas need not be read for that. */
export function createEnvelopeExaminer({ envelope, maxEventBytes }: EnvelopeSettings): Examine {
  return createExaminer({ mapping: envelope, maxEventBytes });
}

/** What a sender checks of its own events before it sends them. */
export function createEventCheck(settings: EnvelopeSettings, clock: Clock): CheckEvent {
  const examine = createEnvelopeExaminer(settings);
  return (body) => {
    const examined = examine({ body, attributes: {}, receivedAt: clock.now() });
    if (!examined.ok) return examined;
    const { payload: _, ...envelope } = examined.event;
    return { ok: true, envelope };
  };
}
