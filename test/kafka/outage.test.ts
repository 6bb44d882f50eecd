import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createIngestHome, eventRecord, numbersByGroup } from "./node/ingest-home.js";
import { type KafkaNode, startKafka } from "./node/kafka-node.js";
import { createTopic } from "./node/topic.js";

/** Longer than the session: the group has given the member up when it is back. */
const FROZEN_MS = 5_000;

let kafka: KafkaNode;
beforeAll(async () => {
  kafka = await startKafka();
});
afterAll(() => kafka.remove());

async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await delay(100);
}

it("waits while the brokers are gone, says so once, and goes on by itself", async () => {
  const { plain } = kafka.addresses;
  const topic = await createTopic({ partitions: 2, address: plain });
  const home = await createIngestHome(topic, { brokers: [plain] });
  const records = (numbers: number[]) => numbers.map((n) => eventRecord("a", n));
  await topic.produce(records([1, 2, 3]));
  const running = home.startIngest(["--from-beginning"]);
  const committed = async () => Math.max(...(await topic.committed()));
  await until(async () => (await committed()) === 3);

  await kafka.kill();
  await until(() => running.said().includes("Kafka does not answer"));
  await kafka.start();
  await until(() => running.said().includes("Kafka answers again"));
  await topic.produce(records([4, 5]));
  await until(async () => (await committed()) === 5);
  expect(running.said().match(/Kafka does not answer/g)).toHaveLength(1);
  expect(running.said().match(/Kafka answers again/g)).toHaveLength(1);

  process.kill(kafka.pid(), "SIGSTOP");
  await delay(FROZEN_MS);
  process.kill(kafka.pid(), "SIGCONT");
  await topic.produce(records([6, 7]));
  await until(async () => (await committed()) === 7);

  running.kill("SIGTERM");
  expect(await running.exitCode).toBe(0);
  const [delivered = []] = await home.deliver(["client-1"]);
  expect(numbersByGroup(delivered)).toEqual({ "client-1#a": [1, 2, 3, 4, 5, 6, 7] });
});
