import { EvpError } from "../core/errors.js";
import type { KafkaSettings } from "../core/settings.js";
import type { RecordSource } from "../ports/record-source.js";
import { cleanText } from "../ui/external-text.js";
import { counted } from "../ui/plain/counted.js";
import type { Invocation } from "./command-spec.js";
import type { IngestKafkaFlags } from "./commands/ingest-kafka.js";
import { splitBrokers } from "./config/resolve-kafka.js";

/** The source that flags and settings name; what it has to tell goes to stderr. @throws EvpError (usage) when it is not clear what to read */
export function openKafka(
  { context, flags, output }: Invocation<IngestKafkaFlags>,
  settings: KafkaSettings,
): Promise<RecordSource> {
  const brokers = flags.brokers === undefined ? settings.brokers : splitBrokers(flags.brokers);
  if (brokers.length === 0) throw missing("brokers", "EVP_KAFKA_BROKERS");
  const topic = named(flags.topic ?? settings.topic, "topic", "EVP_KAFKA_TOPIC");
  const group = named(flags.group ?? settings.group, "group", "EVP_KAFKA_GROUP");
  return context.sources.openKafka({
    settings: { ...settings, brokers: brokers.map(checkBroker), topic, group },
    fromBeginning: flags.fromBeginning === true,
    drain: flags.drain === true,
    onTrouble: (why) => output.note(`Kafka does not answer; it goes on trying: ${cleanText(why)}`),
    onRecovered: () => output.note("Kafka answers again."),
    onGap: (partition, lost) => output.note(gapText(partition, lost)),
  });
}

function named(value: string | undefined, flag: string, variable: string): string {
  if (value === undefined || value === "") throw missing(flag, variable);
  return value;
}

function missing(flag: string, variable: string): EvpError {
  return new EvpError(`which Kafka ${flag} is not said`, {
    code: `kafka-${flag}-missing`,
    category: "usage",
    hint: `Give --${flag}, set ${variable}, or put /kafka/${flag} into the config file.`,
  });
}

const BROKER = /^([^\s:,/@]+|\[[0-9A-Fa-f:.]+\]):(\d{1,5})$/;

function checkBroker(broker: string): string {
  if (BROKER.test(broker)) return broker;
  throw new EvpError(`${JSON.stringify(broker)} is no broker`, {
    code: "kafka-broker-invalid",
    category: "usage",
    hint: "Write host:port, and several with a comma between them.",
  });
}

function gapText(partition: string, lost: bigint): string {
  if (lost === 0n) return `${cleanText(partition)} is another one than was read before: it is read from its beginning.`;
  const records = counted(Number(lost), "offset");
  return `${cleanText(partition)}: ${records} of it were removed before they were read; it goes on with the oldest record there is.`;
}
