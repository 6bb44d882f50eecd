import { expect, it } from "vitest";
import { createIngestHome, eventRecord, numbersByGroup } from "./node/ingest-home.js";
import { deadLetters, takeMessages } from "./node/taken-messages.js";
import { createTopic } from "./node/topic.js";

const ALL = ["--from-beginning", "--drain"];
const KEPT = 64 * 1024;

it("puts what cannot be an event on the DLQ with topic, partition and offset, and passes by tombstones", async () => {
  const topic = await createTopic({ partitions: 2 });
  const home = await createIngestHome(topic);
  const large = `"${"x".repeat(1024 * 1024)}"`;
  await topic.produce([
    { ...eventRecord("a", 1), partition: 1 },
    { value: "no JSON", partition: 1 },
    { value: Buffer.from([0x7b, 0xff, 0x7d]), partition: 1 },
    { value: large, partition: 1 },
    { value: undefined, key: "a", partition: 1 },
    { ...eventRecord("a", 2), partition: 1 },
  ]);
  const report = await home.run(["ingest", "kafka", ...ALL, "--json"]);
  expect(report.exitCode).toBe(5);
  expect(JSON.parse(report.stdout)).toMatchObject({ read: 6, sent: 3, deadLettered: 2, skipped: 1 });
  expect(await topic.committed()).toEqual([0, 6]);
  const [delivered = []] = await home.deliver(["client-1"]);
  expect(numbersByGroup(delivered)).toEqual({ "client-1#a": [1, 2] });
  const letters = await deadLetters(home);
  expect(letters.map(({ reason, origin }) => ({ reason, origin }))).toEqual([
    { reason: "malformed-json", origin: [topic.name, "1", "1"] },
    { reason: "malformed-json", origin: [topic.name, "1", "2"] },
    { reason: "too-large", origin: [topic.name, "1", "3"] },
  ]);
  expect(letters[2]?.body).toBe(large.slice(0, KEPT));
});

it("reads what a producer has compressed, in each of Kafka's ways", async () => {
  const topic = await createTopic();
  const home = await createIngestHome(topic);
  const ways = ["none", "gzip", "snappy", "lz4", "zstd"] as const;
  for (const [place, way] of ways.entries()) {
    await topic.produce(
      [1, 2].map((n) => eventRecord("a", 2 * place + n)),
      way,
    );
  }
  expect(await home.ingest(ALL)).toMatchObject({ read: 10, sent: 10, deadLettered: 0 });
  const [delivered = []] = await home.deliver(["client-1"]);
  expect(numbersByGroup(delivered)).toEqual({ "client-1#a": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] });
});

it("hands on what was committed, and stops at no marker of a transaction", async () => {
  const topic = await createTopic();
  const home = await createIngestHome(topic);
  const records = (numbers: number[]) => numbers.map((n) => eventRecord("a", n));
  await topic.produce(records([1]));
  await topic.transact([
    { records: records([10, 11]), end: "abort" },
    { records: records([2, 3]), end: "commit" },
    { records: records([12]), end: "abort" },
  ]);
  await topic.produce(records([4]));
  await topic.transact([
    { records: records([5]), end: "commit" },
    { records: records([13]), end: "abort" },
  ]);
  expect(await home.ingest(ALL)).toMatchObject({ read: 5, sent: 5 });
  expect(await topic.committed()).toEqual(await topic.ends());
  const [delivered = []] = await home.deliver(["client-1"]);
  expect(numbersByGroup(delivered)).toEqual({ "client-1#a": [1, 2, 3, 4, 5] });
});

it("takes a producer's trace and key with it", async () => {
  const topic = await createTopic();
  const home = await createIngestHome(topic);
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const { key: _, ...keyless } = JSON.parse(eventRecord("unused", 1).value);
  await topic.produce([{ value: JSON.stringify(keyless), key: "account-7", headers: { traceparent } }]);
  await home.ingest(ALL);
  await home.json(["process", "--drain"]);
  expect(await takeMessages(home, "evp-client-1.fifo")).toMatchObject([
    { groupId: "client-1#account-7", attributes: { traceparent } },
  ]);
});

it("begins at the end of the topic for a group that is new, and from then on leaves nothing out", async () => {
  const topic = await createTopic({ partitions: 2 });
  const home = await createIngestHome(topic);
  await topic.produce([1, 2].map((n) => ({ ...eventRecord("a", n), partition: 0 })));
  expect(await home.ingest(["--drain"])).toMatchObject({ read: 0 });
  expect(await topic.committed()).toEqual([2, 0]);
  await topic.produce([3, 4].map((n) => ({ ...eventRecord("a", n), partition: 0 })));
  await topic.produce([{ ...eventRecord("b", 1), partition: 1 }]);
  expect(await home.ingest(["--drain"])).toMatchObject({ read: 3, sent: 3 });
});

it("says how much retention has removed that it has not read, and goes on with what is there", async () => {
  const topic = await createTopic();
  const home = await createIngestHome(topic);
  await topic.produce([1, 2].map((n) => eventRecord("a", n)));
  await home.ingest(ALL);
  await topic.produce([3, 4, 5, 6].map((n) => eventRecord("a", n)));
  await topic.truncate(0, 5n);
  const { stdout, stderr } = await home.run(["ingest", "kafka", "--drain", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ read: 1, sent: 1 });
  expect(stderr).toContain(`${topic.name}/0: 3 offsets of it were removed before they were read`);
  expect(await topic.committed()).toEqual([6]);
});
