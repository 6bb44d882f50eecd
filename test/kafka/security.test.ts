import { createServer } from "node:net";
import { expect, inject, it, vi } from "vitest";
import { createIngestHome, eventRecord, type IngestHome } from "./node/ingest-home.js";
import { SASL_USER } from "./node/server-properties.js";
import { createTopic } from "./node/topic.js";

const ALL = ["--from-beginning", "--drain"];
const { username, password } = SASL_USER;

/** A home whose topic has one record, for each group anew. */
async function homeOfOne(): Promise<IngestHome> {
  const topic = await createTopic();
  await topic.produce([eventRecord("a", 1)]);
  return createIngestHome(topic);
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
  const home = await homeOfOne();
  for (const sasl of ways) {
    await home.configure({ brokers, sasl, group: sasl.mechanism });
    expect(await home.ingest(ALL)).toMatchObject({ sent: 1 });
  }
});

it("ends at once when the brokers refuse who it says it is", async () => {
  vi.stubEnv("EVP_KAFKA_PASSWORD", `${password}-but-wrong`);
  const home = await homeOfOne();
  for (const mechanism of ["PLAIN", "SCRAM-SHA-512"]) {
    await home.configure({ brokers: [inject("kafka").sasl], sasl: { mechanism, username } });
    const { exitCode, stderr } = await failure(home);
    expect([mechanism, exitCode, stderr]).toEqual([mechanism, 3, expect.stringContaining("/kafka/sasl")]);
  }
});

it("talks TLS, proves itself, and believes no broker that does not", async () => {
  const { brokerCertificate: ca, clientCertificate: cert, clientKey: key } = inject("certificates");
  const brokers = [inject("kafka").tls];
  const home = await homeOfOne();
  await home.configure({ brokers, ssl: { ca, cert, key } });
  expect(await home.ingest(ALL)).toMatchObject({ sent: 1 });
  await home.configure({ brokers, ssl: { cert, key } });
  expect(await failure(home)).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("/kafka/ssl") });
  // A broker that wants a certificate says nothing more than that it hangs up.
  await home.configure({ brokers, ssl: { ca } });
  expect(await failure(home)).toMatchObject({ exitCode: 7, stderr: expect.stringContaining("certificate") });
});

it("ends with what is missing or wrong", async () => {
  const home = await homeOfOne();
  const missing = await failure(home, [...ALL, "--topic", "no-such-topic"]);
  expect(missing).toMatchObject({ exitCode: 4, stderr: expect.stringContaining("no topic no-such-topic") });
  const unclear = await failure(home, [...ALL, "--brokers", "localhost"]);
  expect(unclear).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("host:port") });
  const gone = await failure(home, [...ALL, "--brokers", `127.0.0.1:${await closedPort()}`]);
  expect(gone).toMatchObject({ exitCode: 7, stderr: expect.stringContaining("ECONNREFUSED") });
  await home.configure({ sasl: { mechanism: "PLAIN", username, passwordEnv: "NOT_SET_ANYWHERE" } });
  const secretless = await failure(home);
  expect(secretless).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("NOT_SET_ANYWHERE") });
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
