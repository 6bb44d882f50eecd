import type { JsonObject } from "../../core/event.js";
import type { Expectation, Fixture, FixtureEvent } from "../../core/fixture.js";

/** What each client should find on its queue in the end of the first act, by `payload.note`, in order. */
export const DELIVERED: Record<string, string[]> = {
  "client-1": ["deposit", "fee", "withdrawal"],
  "client-2": ["disk almost full"],
  "client-3": ["order to invoice"],
};
/** What is refused at first, and delivered once client-3 may have it. */
export const REFUSED_AT_FIRST = { clientId: "client-3", type: "user_action", note: "login" };

const published: Expectation = { outcome: "published" };
const account = { clientId: "client-1", type: "transaction", key: "account-42" };
const transaction = (note: string, amount: number) => ({ transactionId: `t-${note}`, amount, currency: "BRL", note });

/** The demo's events: one account whose second event of four is broken, a repeated event, and one of each way to go wrong. */
export const DEMO_EVENTS: Fixture = {
  name: "demo",
  description: "The story of evp demo.",
  events: [
    event({ ...account, payload: transaction("deposit", 100) }, published),
    event(
      { ...account, payload: { transactionId: "t-broken", amount: "a lot", currency: "BRL" } },
      rejected("schema-violation"),
    ),
    event({ ...account, payload: transaction("fee", 1.5) }, published),
    event({ ...account, payload: transaction("withdrawal", 20) }, published),
    event(
      {
        clientId: "client-2",
        type: "monitoring",
        payload: { severity: "critical", message: "disk", note: "disk almost full" },
      },
      published,
    ),
    event(
      {
        clientId: "client-3",
        type: "user_action",
        payload: { userId: "u-1", action: "login", resource: "web", note: "login" },
      },
      rejected("type-forbidden"),
    ),
    event(
      { clientId: "client-4", type: "monitoring", payload: { severity: "low", message: "hello" } },
      rejected("client-unknown"),
    ),
    {
      content: { kind: "raw", text: '{ "id": "oops", ' },
      groupId: "demo",
      deduplicationId: "{{uuid}}",
      expect: rejected("malformed-json"),
    },
    ...threeTimes(),
  ],
};

function event(fields: JsonObject, expect: Expectation, id = "{{uuid}}"): FixtureEvent {
  const body = { id, version: "1.0", source: "demo", timestamp: "{{now}}", ...fields };
  return { content: { kind: "json", body }, expect };
}

/** One event sent three times: the queue drops the second, since it has just seen its deduplication id; evp recognises the third. */
function threeTimes(): FixtureEvent[] {
  const payload = { source: "shop", target: "billing", operation: "invoice", note: "order to invoice" };
  const order = event({ clientId: "client-3", type: "integration", payload }, published, "{{uuid:order}}");
  return [
    { ...order, deduplicationId: "{{uuid:first}}" },
    { ...order, deduplicationId: "{{uuid:first}}", expect: { outcome: "deduplicated" } },
    { ...order, deduplicationId: "{{uuid:second}}", expect: { outcome: "duplicate" } },
  ];
}

function rejected(reason: NonNullable<Expectation["reason"]>): Expectation {
  return { outcome: "rejected", reason };
}
