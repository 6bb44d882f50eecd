import type { Examined } from "../../core/examine.js";
import { createAttempts } from "./attempts.js";
import type { Breakers } from "./breakers.js";
import { createCalls } from "./calls.js";
import { createGate } from "./gate.js";
import type { HeldMessage } from "./held-message.js";
import type { Lanes } from "./lanes.js";
import type { Load } from "./load.js";
import { createPermissions } from "./permissions.js";
import type { ProcessContext } from "./process-context.js";
import { examineTraced } from "./traced.js";
import type { Judged, Turn } from "./turn.js";
import type { UnrecordedPublications } from "./unrecorded.js";

interface TurnParts {
  context: ProcessContext;
  load: Load;
  lanes: Lanes;
  breakers: Breakers;
  unrecorded: UnrecordedPublications;
}

/** What every message's turn shares. */
export function createTurns({ context, load, lanes, breakers, unrecorded }: TurnParts): (held: HeldMessage) => Turn {
  const { connection, clock, settings, isBrief = false, tell } = context;
  const { callTimeoutMs } = settings.process;
  const gate = createGate({ context, breakers, onParked: lanes.parked });
  const shared = {
    context,
    calls: createCalls({ connection, clock, callTimeoutMs, isBrief, load, tell }),
    attempts: createAttempts(context, gate),
    gate,
    permissions: createPermissions({ registry: connection.clients, clock }),
    unrecorded,
    yieldEvents: lanes.yieldEvents,
  };
  return (held) => {
    const examined = withoutPayload(examineTraced(context, held));
    held.envelope = examined.ok ? examined.event : examined.envelope;
    return { ...shared, held, examined };
  };
}

/** Nothing asks for the payload any more, and many messages are held at once. */
function withoutPayload(examined: Examined): Judged {
  if (!examined.ok) return examined;
  const { payload: _, ...event } = examined.event;
  return { ...examined, event };
}
