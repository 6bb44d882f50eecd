import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";

/** Needs Java 17, as every server of the line 4.x does (Apache Kafka, "Java Version"). */
const KAFKA_VERSION = "4.2.1";
/** The interface to logging that Kafka's own jars are built against. */
const LOGGING_VERSION = "1.7.36";
const CACHE = resolve(import.meta.dirname, "../../../node_modules/.cache", `kafka-${KAFKA_VERSION}`);
const FETCH_WITHIN_MS = 300_000;

/**
 * The jars of Apache Kafka's server, from Maven Central at the first call.
 * @returns the classpath
 * @throws Error that says what is missing on this machine
 */
export async function kafkaClasspath(): Promise<string> {
  await assertRuns("java", ["-version"], "Apache Kafka runs on Java 17 or later");
  const folder = process.env.EVP_KAFKA_JARS ?? CACHE;
  if (!existsSync(folder)) await fetchJars(folder);
  return join(folder, "*");
}

async function fetchJars(folder: string): Promise<void> {
  await assertRuns("mvn", ["-version"], "Apache Kafka's jars come from Maven Central with it");
  const scratch = await mkdtemp(join(tmpdir(), "evp-kafka-jars-"));
  try {
    await writeFile(join(scratch, "pom.xml"), POM);
    const jars = join(scratch, "jars");
    await execa("mvn", ["-q", "-B", "dependency:copy-dependencies", `-DoutputDirectory=${jars}`], {
      cwd: scratch,
      timeout: FETCH_WITHIN_MS,
    });
    await mkdir(resolve(folder, ".."), { recursive: true });
    await moveWhole(jars, folder);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A folder that is there is whole, even where two come at once or one is killed. */
async function moveWhole(from: string, to: string): Promise<void> {
  const beside = `${to}.${process.pid}`;
  await execa("cp", ["-r", from, beside]);
  await rename(beside, to).catch(() => rm(beside, { recursive: true, force: true }));
}

async function assertRuns(program: string, args: string[], why: string): Promise<void> {
  const { failed } = await execa(program, args, { reject: false });
  if (failed) throw new Error(`there is no ${program} on this machine: ${why}`);
}

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>evp</groupId><artifactId>kafka-for-tests</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${KAFKA_VERSION}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>${LOGGING_VERSION}</version></dependency>
  </dependencies>
</project>
`;
