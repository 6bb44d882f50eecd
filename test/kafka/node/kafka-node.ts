import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Admin } from "@platformatic/kafka";
import { execa } from "execa";
import { type Certificates, makeCertificates } from "./certificates.js";
import { kafkaClasspath } from "./kafka-jars.js";
import { type KafkaPorts, SASL_USER, serverProperties } from "./server-properties.js";

const READY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 100;
/** Small and quick to start; what it serves is a few thousand records. */
const JVM = ["-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];
const LOGGING = ["-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dorg.slf4j.simpleLogger.showDateTime=true"];

/** Addresses as `host:port`. */
export interface KafkaAddresses {
  plain: string;
  sasl: string;
  tls: string;
}

/** A real Apache Kafka of one node, in a folder of its own. */
export interface KafkaNode {
  addresses: KafkaAddresses;
  certificates: Certificates;
  pid(): number;
  /** As `kill -9` ends it; its data stays. */
  kill(): Promise<void>;
  /** Starts it again on the same ports with the same data. */
  start(): Promise<void>;
  /** Ends it and deletes its data. */
  remove(): Promise<void>;
}

/** @throws Error that says what this machine lacks, or what Kafka said when it did not come up */
export async function startKafka(): Promise<KafkaNode> {
  const classpath = await kafkaClasspath();
  const folder = await mkdtemp(join(tmpdir(), "evp-kafka-"));
  const certificates = await makeCertificates(folder);
  const ports = await freePorts();
  const properties = join(folder, "server.properties");
  await writeFile(properties, serverProperties(folder, ports, certificates));
  await formatStorage(classpath, properties);
  let server = await startServer(classpath, properties, folder, ports);
  return {
    addresses: addressesOf(ports),
    certificates,
    pid: () => server.pid ?? 0,
    kill: () => end(server, "SIGKILL"),
    async start() {
      server = await startServer(classpath, properties, folder, ports);
    },
    async remove() {
      await end(server, "SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Kafka's own tool: it also makes the users that SCRAM knows. */
async function formatStorage(classpath: string, properties: string): Promise<void> {
  const { username, password } = SASL_USER;
  const users = ["SCRAM-SHA-256", "SCRAM-SHA-512"].flatMap((mechanism) => [
    "--add-scram",
    `${mechanism}=[name=${username},password=${password}]`,
  ]);
  const format = ["format", "-t", "MkU3OEVBNTcwNTJENDM2Qg", "-c", properties, ...users];
  await execa("java", [...JVM, ...LOGGING, "-cp", classpath, "kafka.tools.StorageTool", ...format]);
}

async function startServer(
  classpath: string,
  properties: string,
  folder: string,
  ports: KafkaPorts,
): Promise<ChildProcess> {
  const logFile = join(folder, "server.log");
  const log = openSync(logFile, "a");
  const args = [...JVM, ...LOGGING, "-cp", classpath, "kafka.Kafka", properties];
  const server = spawn("java", args, { stdio: ["ignore", log, log] });
  closeSync(log);
  // Whoever is told to end in the middle leaves none behind.
  process.once("exit", () => server.kill("SIGKILL"));
  const deadline = performance.now() + READY_WITHIN_MS;
  while (!(await answers(addressesOf(ports).plain))) {
    if (server.exitCode === null && performance.now() < deadline) {
      await delay(LOOK_EVERY_MS);
      continue;
    }
    await end(server, "SIGKILL");
    throw new Error(`Kafka did not come up: ${(await readFile(logFile, "utf8")).slice(-2000)}`);
  }
  return server;
}

/** Whether it answers a request for its metadata, and knows itself as a broker. */
async function answers(address: string): Promise<boolean> {
  const admin = new Admin({ clientId: "evp-test", bootstrapBrokers: [address], retries: 0, connectTimeout: 1000 });
  try {
    const { brokers } = await admin.metadata({ topics: [] });
    return brokers.size > 0;
  } catch {
    return false;
  } finally {
    await admin.close().catch(() => undefined);
  }
}

async function end(server: ChildProcess, signal: "SIGKILL"): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, "exit");
  server.kill(signal);
  await ended;
}

function addressesOf({ plain, sasl, tls }: KafkaPorts): KafkaAddresses {
  return { plain: `127.0.0.1:${plain}`, sasl: `127.0.0.1:${sasl}`, tls: `127.0.0.1:${tls}` };
}

async function freePorts(): Promise<KafkaPorts> {
  const servers = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      return server;
    }),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  const [plain = 0, sasl = 0, tls = 0, controller = 0] = ports;
  return { plain, sasl, tls, controller };
}
