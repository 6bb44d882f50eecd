import type { TestProject } from "vitest/node";
import type { Certificates } from "./certificates.js";
import { type KafkaAddresses, startKafka } from "./kafka-node.js";

declare module "vitest" {
  export interface ProvidedContext {
    kafka: KafkaAddresses;
    certificates: Certificates;
    kafkaPid: number;
  }
}

/** One Kafka for the whole run. Where there can be none the run fails, and says what is missing. */
export default async function startSharedKafka(project: TestProject): Promise<() => Promise<void>> {
  const node = await startKafka();
  project.provide("kafka", node.addresses);
  project.provide("certificates", node.certificates);
  project.provide("kafkaPid", node.pid());
  return () => node.remove();
}
