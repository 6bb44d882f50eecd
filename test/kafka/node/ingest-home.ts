import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { inject, onTestFinished } from "vitest";
import { createEvpHome, type EvpHome } from "../../factories/evp-home.js";
import type { TestRecord, TestTopic } from "./topic.js";

const EVP = resolve(import.meta.dirname, "../../../bin/evp.js");

export interface IngestReport {
  read: number;
  sent: number;
  deadLettered: number;
  skipped: number;
  partitions: { partition: string; position: string }[];
}

/** An `evp ingest kafka` that goes on. */
export interface RunningIngest {
  /** What it has said on stderr so far. */
  said(): string;
  kill(signal: "SIGTERM" | "SIGKILL"): void;
  exitCode: Promise<number | undefined>;
}

/** A folder with a stack of its own, whose config names one topic. */
export interface IngestHome extends EvpHome {
  /** Changes the config's section. */
  configure(kafka: Record<string, unknown>): Promise<void>;
  /** `evp ingest kafka` with these options, to its end. @throws Error with what it said when it fails */
  ingest(args?: string[]): Promise<IngestReport>;
  startIngest(args?: string[]): RunningIngest;
  /** Processes what is on the ingress queue. @returns for each client, what it then takes from its queue, in order */
  deliver(clients: string[]): Promise<Delivered[][]>;
}

interface Delivered {
  eventId: string;
  groupId: string;
}

/** So short that a test can wait until a member that was killed is given up. */
const SESSION_TIMEOUT_SECONDS = 3;

export async function createIngestHome(
  { name, group }: Pick<TestTopic, "name" | "group">,
  kafka: Record<string, unknown> = {},
): Promise<IngestHome> {
  const section = {
    brokers: [inject("kafka").plain],
    topic: name,
    group,
    sessionTimeoutSeconds: SESSION_TIMEOUT_SECONDS,
    ...kafka,
  };
  const home = await createEvpHome({ kafka: section });
  await home.json(["init"]);
  return {
    ...home,
    configure: (changes) =>
      writeFile(join(home.folder, "evp.config.json"), JSON.stringify({ kafka: { ...section, ...changes } })),
    ingest: (args = []) => home.json<IngestReport>(["ingest", "kafka", ...args]),
    startIngest(args = []) {
      const child = execa(process.execPath, [EVP, "ingest", "kafka", ...args], {
        cwd: home.folder,
        env: { HOME: home.folder, NO_COLOR: "1" },
        reject: false,
        stdin: "ignore",
      });
      let said = "";
      child.stderr.on("data", (chunk: Buffer) => {
        said += chunk.toString();
      });
      onTestFinished(() => void child.kill("SIGKILL"));
      return {
        said: () => said,
        kill: (signal) => void child.kill(signal),
        exitCode: child.then(({ exitCode }) => exitCode),
      };
    },
    async deliver(clients) {
      await home.json(["process", "--drain"]);
      const taken: Delivered[][] = [];
      for (const client of clients) {
        const { stdout } = await home.run(["tail", client, "--consume", "--timeout", "1s", "--json"]);
        taken.push(stdout === "" ? [] : stdout.split("\n").map((line) => JSON.parse(line)));
      }
      return taken;
    },
  };
}

/** Event `n` of a group; its id tells both. */
export function eventRecord(key: string, n: number): TestRecord & { value: string; key: string } {
  const event = {
    id: `${key}.${n}`,
    type: "transaction",
    clientId: "client-1",
    source: "checkout",
    timestamp: "2026-11-21T10:00:00Z",
    key,
    payload: { transactionId: `t-${n}`, amount: 12, currency: "EUR" },
  };
  return { key, value: JSON.stringify(event) };
}

/** Numbers of events by their group, in the order in which they came. */
export function numbersByGroup(delivered: Delivered[]): Record<string, number[]> {
  const numbers: Record<string, number[]> = {};
  for (const { eventId, groupId } of delivered) {
    numbers[groupId] = [...(numbers[groupId] ?? []), Number(eventId.split(".")[1])];
  }
  return numbers;
}
