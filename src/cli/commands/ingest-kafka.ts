import type { CommandSpec } from "../command-spec.js";
import { INGEST_OPTIONS, type IngestFlags } from "../ingest-options.js";

export interface IngestKafkaFlags extends IngestFlags {
  brokers?: string;
  topic?: string;
  group?: string;
  fromBeginning?: boolean;
  drain?: boolean;
}

export const ingestKafkaCommand: CommandSpec<IngestKafkaFlags> = {
  name: "kafka",
  summary: "bring the records of a Kafka topic onto the ingress queue",
  description:
    "Reads a topic of Apache Kafka as a member of a consumer group and sends each record onto the ingress queue. Offsets are committed once the queue has accepted everything before them. Several may run at once in a group. Who it is, and TLS, are in the config file's section kafka.",
  options: [
    { flags: "--brokers <list>", description: "brokers to begin with, as host:port,host:port" },
    { flags: "--topic <name>", description: "topic to read" },
    { flags: "--group <name>", description: "consumer group to be a member of" },
    {
      flags: "--from-beginning",
      description:
        "a group that has committed nothing begins with the oldest record, and not with the next one to come",
    },
    { flags: "--drain", description: "end once everything is read that was there at the start" },
    ...INGEST_OPTIONS,
  ],
  examples: [
    {
      run: "evp ingest kafka --brokers localhost:9092 --topic stream_producer --group evp --from-beginning",
      does: "all that is on the topic, and then what comes",
    },
    { run: "evp ingest kafka --drain --json", does: "what is there, by the config's section kafka" },
  ],
  stopsItself: "in-time",
  async run(invocation) {
    const { withStack } = await import("../stack-session.js");
    const { openKafka } = await import("../open-kafka.js");
    const { runIngest } = await import("../run-ingest.js");
    const isEndless = invocation.flags.drain !== true;
    await withStack(invocation, { changes: true }, async (session) => {
      const source = await openKafka(invocation, session.settings.kafka);
      await runIngest(invocation, session, source, { isEndless });
    });
  },
};
