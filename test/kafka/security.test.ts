import { createServer } from "node:net";
import { expect, inject, it, vi } from "vitest";
import { createIngestHome, eventRecord, type IngestHome } from "./node/ingest-home.js";
import { SASL_USER } from "./node/server-properties.js";
import { createTopic } from "./node/topic.js";

const ALL = ["--from-beginning", "--drain"];
const { username, password } = SASL_USER;

async function homeWith(kafka: Record<string, unknown>): Promise<IngestHome> {
  const topic = await createTopic();
  await topic.produce([eventRecord("a", 1)]);
  return createIngestHome({ topic, kafka });
}

/** How it fails, and all that it prints. */
async function failure(home: IngestHome, args: string[] = ALL) {
  const { exitCode, stdout, stderr } = await home.run(["ingest", "kafka", ...args]);
  expect(`${stdout}${stderr}`).not.toContain(password);
  return { exitCode, stderr };
}

it("says who it is by PLAIN, by SCRAM and by a token, with secrets that only the environment has", async () => {
  vi.stubEnv("EVP_KAFKA_PASSWORD", password);
  vi.stubEnv("ANOTHER", unsignedToken());
  const brokers = [inject("kafka").sasl];
  const ways = [
    ...["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"].map((mechanism) => ({ mechanism, username })),
    { mechanism: "OAUTHBEARER", tokenEnv: "ANOTHER" },
  ];
  for (const sasl of ways) {
    const home = await homeWith({ brokers, sasl });
    expect(await home.ingest(ALL)).toMatchObject({ sent: 1 });
  }
});

it("ends at once when the brokers refuse who it says it is", async () => {
  vi.stubEnv("EVP_KAFKA_PASSWORD", `${password}-but-wrong`);
  for (const mechanism of ["PLAIN", "SCRAM-SHA-512"]) {
    const home = await homeWith({ brokers: [inject("kafka").sasl], sasl: { mechanism, username } });
    const { exitCode, stderr } = await failure(home);
    expect([mechanism, exitCode, stderr]).toEqual([mechanism, 3, expect.stringContaining("/kafka/sasl")]);
  }
});

it("names the variable that holds no secret", async () => {
  const sasl = { mechanism: "PLAIN", username, passwordEnv: "NOT_SET_ANYWHERE" };
  const home = await homeWith({ brokers: [inject("kafka").sasl], sasl });
  expect(await failure(home)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("NOT_SET_ANYWHERE") });
});

it("talks TLS, proves itself, and believes no broker that does not", async () => {
  const { brokerCertificate: ca, clientCertificate: cert, clientKey: key } = inject("certificates");
  const brokers = [inject("kafka").tls];
  const proven = await homeWith({ brokers, ssl: { ca, cert, key } });
  expect(await proven.ingest(ALL)).toMatchObject({ sent: 1 });
  const unproven = await homeWith({ brokers, ssl: { cert, key } });
  expect(await failure(unproven)).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("/kafka/ssl") });
  // A broker that wants a certificate says nothing more than that it hangs up.
  const unknown = await homeWith({ brokers, ssl: { ca } });
  expect(await failure(unknown)).toMatchObject({ exitCode: 7, stderr: expect.stringContaining("certificate") });
});

it("ends with what is missing or wrong", async () => {
  const home = await homeWith({ brokers: [inject("kafka").plain] });
  const missing = await failure(home, [...ALL, "--topic", "no-such-topic"]);
  expect(missing).toMatchObject({ exitCode: 4, stderr: expect.stringContaining("no topic no-such-topic") });
  const unclear = await failure(home, [...ALL, "--brokers", "localhost"]);
  expect(unclear).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("host:port") });
});

it("ends when no broker answers at first", async () => {
  const home = await homeWith({ brokers: [`127.0.0.1:${await closedPort()}`] });
  const { exitCode, stderr } = await failure(home);
  expect(exitCode).toBe(7);
  expect(stderr).toContain("ECONNREFUSED");
});

async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** As Kafka's own for developers takes them (RFC 7519, section 6). */
function unsignedToken(): string {
  const part = (content: object) => Buffer.from(JSON.stringify(content)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  return `${part({ alg: "none" })}.${part({ sub: username, iat: now, exp: now + 3600 })}.`;
}
