import { eventBody } from "../../factories/events.js";
import { below, pick } from "../random.js";
import type { Sent } from "../sent.js";
import { TOPIC_BYTES, type World } from "../world.js";

/** What producers send in a schedule. */
export interface Traffic {
  /** Left out: each client's events are in a group of their own. */
  groups: string[] | undefined;
  ids: string[];
  count: number;
  /** Over how long, ms. */
  spanMs: number;
}

export function drawTraffic({ random }: World, spanMs: number): Traffic {
  return {
    groups: Array.from({ length: 1 + below(random, 5) }, (_, index) => `g${index}`),
    ids: Array.from({ length: 3 + below(random, 15) }, (_, index) => `e${index}`),
    count: 3 + below(random, 30),
    spanMs,
  };
}

/** Has all of it sent, at random moments from now on. */
export function sendTraffic(world: World, { groups, ids, count, spanMs }: Traffic): void {
  const { random, clock } = world;
  for (let index = 0; index < count; index++) {
    const delayMs = below(random, spanMs);
    const clientId = pick(random, ["client-1", "client-1", "client-2", "client-3"]);
    const group = groups === undefined ? `${clientId}#orders` : pick(random, groups);
    const id = pick(random, ids);
    void clock.sleep(delayMs).then(() => sendOne(world, group, clientId, id));
  }
}

/** An event, now and then the same or a rival of one sent before, or something that is none. */
function sendOne(world: World, groupId: string, clientId: string, eventId: string): Sent {
  const { random } = world;
  const chance = random();
  const number = world.sent.length;
  if (chance < 0.04) return world.send(groupId, `{"cut": ${number}`, { flaw: "malformed-json" });
  if (chance < 0.08) return sendFlawed(world, groupId, `bad${number}`, clientId, {}, "schema-violation");
  if (chance < 0.12) return sendFlawed(world, groupId, `stray${number}`, "nobody", { amount: 1 }, "client-unknown");
  if (chance < 0.15) {
    const payload = { amount: 1, text: "x".repeat(TOPIC_BYTES) };
    return sendFlawed(world, groupId, `long${number}`, clientId, payload, "delivery-refused");
  }
  // Most messages of an id are the same event.
  const type = /[37]$/.test(eventId) ? "monitoring" : "transaction";
  return world.sendEvent(groupId, eventId, { clientId, type, amount: random() < 0.85 ? 1 : 2 });
}

function sendFlawed(
  world: World,
  groupId: string,
  eventId: string,
  clientId: string,
  payload: { amount?: number; text?: string },
  flaw: string,
): Sent {
  const json = eventBody({ id: eventId, clientId, payload });
  return world.send(groupId, json, { clientId, eventId, flaw });
}
