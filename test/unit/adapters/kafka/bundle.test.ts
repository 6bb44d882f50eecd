import { cp, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";

it("the bundle of the Kafka client needs no file beside it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "evp-kafka-bundle-"));
  const alone = join(folder, "kafka.mjs");
  await cp(resolve(import.meta.dirname, "../../../../dist/kafka.mjs"), alone);
  expect(Object.keys(await import(/* @vite-ignore */ pathToFileURL(alone).href))).toEqual(["openKafkaSource"]);
});
