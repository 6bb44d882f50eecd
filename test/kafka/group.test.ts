import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { createIngestHome, eventRecord, numbersByGroup } from "./node/ingest-home.js";
import { createTopic, type TestTopic } from "./node/topic.js";

const GROUPS = Array.from({ length: 10 }, (_, index) => `g${index}`);
const ALL = ["--from-beginning"];

/** Events `from` to `to` of each group, those of a group in one partition and in their order. */
async function produceRounds(topic: TestTopic, from: number, to: number): Promise<void> {
  for (let n = from; n <= to; n++) await topic.produce(GROUPS.map((group) => eventRecord(group, n)));
}

/** What clients must have got: every event of each group once, in order. */
function wanted(last: number): Record<string, number[]> {
  const numbers = Array.from({ length: last }, (_, index) => index + 1);
  return Object.fromEntries(GROUPS.map((group) => [`client-1#${group}`, numbers]));
}

function sum(offsets: number[]): number {
  return offsets.reduce((total, offset) => total + Math.max(offset, 0), 0);
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(100);
}

it("loses nothing and repeats nothing when it is killed in the middle and started again", async () => {
  const topic = await createTopic({ partitions: 3 });
  const home = await createIngestHome(topic);
  await produceRounds(topic, 1, 60);
  const killed = home.startIngest([...ALL, "--rate", "300/s"]);
  await until(async () => sum(await topic.committed()) > 100);
  killed.kill("SIGKILL");
  await killed.exitCode;
  expect(sum(await topic.committed())).toBeLessThan(600);
  const { sent } = await home.ingest([...ALL, "--drain"]);
  expect(sent).toBeLessThan(600);
  expect(await topic.committed()).toEqual(await topic.ends());
  const [delivered = []] = await home.deliver(["client-1"]);
  expect(numbersByGroup(delivered)).toEqual(wanted(60));
});

it("shares the partitions with another of its group under load, and takes over what that one leaves behind", async () => {
  const topic = await createTopic({ partitions: 4 });
  const home = await createIngestHome(topic);
  let rounds = 0;
  const produceWhile = async (isWanted: () => boolean) => {
    while (isWanted()) await produceRounds(topic, ++rounds, rounds);
  };
  await produceWhile(() => rounds < 10);
  const staying = home.startIngest(ALL);
  await until(async () => sum(await topic.committed()) === 100);
  // One comes, takes its share and leaves, while records keep coming.
  let isThere = true;
  const visit = home.ingest([...ALL, "--limit", "30"]).finally(() => {
    isThere = false;
  });
  const [visitor] = await Promise.all([visit, produceWhile(() => isThere)]);
  expect(visitor.sent).toBe(30);
  expect(visitor.partitions.length).toBeLessThan(4);
  // Another comes and is killed: nobody hands its partitions over.
  const killed = home.startIngest([...ALL, "--rate", "50/s"]);
  await until(async () => (await topic.members()) === 2);
  await produceWhile(() => rounds % 10 !== 0);
  killed.kill("SIGKILL");
  await produceRounds(topic, ++rounds, rounds);
  const ends = await topic.ends();
  await until(async () => String(await topic.committed()) === String(ends));
  staying.kill("SIGTERM");
  expect(await staying.exitCode).toBe(0);
  const [delivered = []] = await home.deliver(["client-1"]);
  expect(numbersByGroup(delivered)).toEqual(wanted(rounds));
});

it("commits nothing before the queue has accepted it", async () => {
  const topic = await createTopic();
  const home = await createIngestHome(topic);
  await produceRounds(topic, 1, 5);
  const running = home.startIngest(ALL);
  await until(async () => sum(await topic.committed()) === 50);
  // The queue is gone, and records go on coming.
  await home.run(["local", "stop"]);
  await produceRounds(topic, 6, 10);
  await until(async () => running.said().includes("It goes on trying"));
  expect(await topic.committed()).toEqual([50]);
  await home.json(["local", "start"]);
  await until(async () => sum(await topic.committed()) === 100);
  running.kill("SIGTERM");
  expect(await running.exitCode).toBe(0);
  const [delivered = []] = await home.deliver(["client-1"]);
  expect(numbersByGroup(delivered)).toEqual(wanted(10));
});

it("takes up partitions that the topic gets while it runs, from their beginning", async () => {
  const topic = await createTopic({ partitions: 3 });
  const home = await createIngestHome(topic);
  const running = home.startIngest();
  await until(async () => String(await topic.committed()) === "0,0,0");
  await topic.grow(4);
  await topic.produce([1, 2].map((n) => ({ ...eventRecord("a", n), partition: 3 })));
  await until(async () => (await topic.committedOf(3)) === 2);
  running.kill("SIGTERM");
  expect(await running.exitCode).toBe(0);
});
