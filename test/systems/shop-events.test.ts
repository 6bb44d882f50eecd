import { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { expect, it } from "vitest";
import { consumeQueue } from "../factories/consume-queue.js";
import { createEvpHome, type EvpHome } from "../factories/evp-home.js";
import { connectProducers, followPage, linesOf, systemFolder } from "./system-page.js";

interface ShopEvent {
  id?: number;
  destino?: string;
  origem?: string;
  [field: string]: unknown;
}

const CLIENTS = ["client1", "client2", "client3"] as const;

function shopEvent(id: number, origem: string, destino: string): ShopEvent {
  return { id, nome: "produto 1", operacao: "COMPRA", quantidade: 10, origem, destino };
}

/** As the shop's producers do: the channel is the group, the id the deduplication id. */
async function produce(home: EvpHome, events: ShopEvent[]): Promise<void> {
  const { sqs, urlOf } = await connectProducers(home);
  const Entries = events.map((event, place) => ({
    Id: String(place),
    MessageBody: JSON.stringify(event),
    MessageGroupId: event.origem ?? "app",
    MessageDeduplicationId: String(event.id ?? `none-${place}`),
  }));
  const { Failed = [] } = await sqs.send(
    new SendMessageBatchCommand({ QueueUrl: urlOf("event-processor.fifo"), Entries }),
  );
  expect(Failed).toEqual([]);
}

/** What each client finds on the queue that it has always read, and takes from it. */
async function consume(home: EvpHome): Promise<Record<string, (number | undefined)[]>> {
  const { sqs, urlOf } = await connectProducers(home);
  const found: Record<string, (number | undefined)[]> = {};
  for (const client of CLIENTS) {
    const messages = await consumeQueue(sqs, urlOf(`event-processor-${client}.fifo`));
    found[client] = messages.map(({ body }) => (JSON.parse(body) as ShopEvent).id);
  }
  return found;
}

async function startShop(): Promise<EvpHome> {
  const home = await createEvpHome({}, systemFolder("a-shop-events"));
  await home.json(["init"]);
  return home;
}

async function deadLetters(home: EvpHome) {
  const letters = await home.json<{ eventId: string | null; reason: string; detail: string }[]>(["dlq", "list"]);
  return letters.map(({ eventId, reason, detail }) => ({ eventId, reason, detail }));
}

it("the page does what it says, command by command", async () => {
  const { documents } = await followPage("a-shop-events");
  const [, sent = "", broken = "", processed = "", letters = "", tailed = ""] = documents;
  expect(documents).toHaveLength(6);
  expect(JSON.parse(sent)).toMatchObject({ sent: 3, failed: 0 });
  expect(JSON.parse(broken)).toMatchObject({ sent: 1, failed: 0 });
  expect(JSON.parse(processed)).toMatchObject({ received: 4, published: 3, rejected: 1 });
  expect(JSON.parse(letters)).toMatchObject([{ eventId: "111", reason: "schema-violation" }]);
  expect(linesOf(tailed)).toMatchObject([{ eventId: "123" }]);
});

it("each client gets its own events, and nothing at a second look", async () => {
  const home = await startShop();
  const { documents } = { documents: [shopEvent(123, "app", "loja A"), shopEvent(456, "site", "loja B")] };
  await produce(home, [...documents, shopEvent(789, "backoffice", "loja C")]);
  await home.json(["process", "--drain"]);
  expect(await consume(home)).toEqual({ client1: [123], client2: [456], client3: [789] });
  expect(await consume(home)).toEqual({ client1: [], client2: [], client3: [] });
});

it("an event sent twice arrives once, within the queue's five minutes and by the journal after them", async () => {
  const home = await startShop();
  await produce(home, [shopEvent(123, "app", "loja A")]);
  await produce(home, [shopEvent(123, "app", "loja A")]);
  expect(await home.json(["process", "--drain"])).toMatchObject({ received: 1, published: 1 });
  expect(await consume(home)).toMatchObject({ client1: [123] });
  // Another deduplication id stands for five minutes that have passed.
  const { sqs, urlOf } = await connectProducers(home);
  const again = JSON.stringify(shopEvent(123, "app", "loja A"));
  const entry = { Id: "0", MessageBody: again, MessageGroupId: "app", MessageDeduplicationId: "later" };
  await sqs.send(new SendMessageBatchCommand({ QueueUrl: urlOf("event-processor.fifo"), Entries: [entry] }));
  expect(await home.json(["process", "--drain"])).toMatchObject({ received: 1, published: 0, duplicates: 1 });
  expect(await consume(home)).toMatchObject({ client1: [] });
});

it("an event with a misspelt field is on the DLQ with its reason, and no client sees it", async () => {
  const home = await startShop();
  const { nome: _, ...rest } = shopEvent(111, "app", "loja A");
  await produce(home, [{ ...rest, nom: "produto 1" }]);
  await home.json(["process", "--drain"]);
  expect(await deadLetters(home)).toEqual([
    { eventId: "111", reason: "schema-violation", detail: "/nome is missing; /nom is not a known field" },
  ]);
  expect(await consume(home)).toEqual({ client1: [], client2: [], client3: [] });
});

it("a shop that nobody knows is nobody's, and an empty event is refused; all ten of a batch have their outcome", async () => {
  const home = await startShop();
  const ids = [1, 2, 3, 4, 5, 6, 7];
  await produce(home, [
    ...ids.map((id) => shopEvent(id, "app", "loja A")),
    shopEvent(8, "app", "loja c"),
    { ...shopEvent(9, "app", "loja B"), quantidade: "10" },
    {},
  ]);
  expect(await home.json(["process", "--drain"])).toMatchObject({ received: 10, published: 7, rejected: 3 });
  expect(await consume(home)).toEqual({ client1: ids, client2: [], client3: [] });
  const reasons = (await deadLetters(home)).map(({ eventId, reason }) => [eventId, reason]);
  expect(new Map(reasons as [string, string][])).toEqual(
    new Map([
      ["8", "client-unknown"],
      ["9", "schema-violation"],
      [null as unknown as string, "envelope-invalid"],
    ]),
  );
});
